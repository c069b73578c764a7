/**
 * Finds a hook among those of the org: by its id, by its name, and whether it is ours. The hooks that this project made carry a tag in
 * their `description`, which is free text that Okta keeps. Only a tagged hook is ever deleted as the predecessor of another.
 */
import type { EventHook } from "./event-hook.ts";

/**
 * The hooks that carry a name, the latest first: those called so, or so with a number behind it. While an address or
 * secret is replaced there are two of them, "New user event hook" and "New user event hook (2)"; afterwards the
 * second remains.
 */
export function findByName(hooks: readonly EventHook[], name: string): EventHook[] {
  return hooks
    .filter((hook) => hook.name === name || baseName(hook.name) === name)
    .sort((one, other) => (other.created?.getTime() ?? 0) - (one.created?.getTime() ?? 0));
}

/** The hooks that are meant by what a person typed: the one with that id, or those with that name. */
export function findHooks(hooks: readonly EventHook[], idOrName: string): EventHook[] {
  const byId = hooks.find(({ id }) => id === idOrName);
  return byId ? [byId] : findByName(hooks, idOrName);
}

/** A name for a hook beside those: Okta may not take the same name twice. */
export function freeName(name: string, taken: readonly EventHook[]): string {
  const names = new Set(taken.map((hook) => hook.name));
  let free = name;
  for (let number = 2; names.has(free); number += 1) free = `${name} (${number})`;
  return free;
}

/** The name of a hook without the number behind it. */
export const baseName = (name: string) => name.replace(/ \(\d{1,4}\)$/, "");

/** The hook that one means by a name: the latest of those that deliver, else the latest. */
export function mainHook(found: readonly EventHook[]): EventHook | undefined {
  return found.find(delivers) ?? found[0];
}

/** Only hooks that are active and verified get events. */
export const delivers = ({ active, verified }: EventHook) => active && verified;

const ANY_TAG = /\s*\[okta-event-hooks: .*\]$/s;

const tagOf = (name: string) => `[okta-event-hooks: ${name}]`;

/**
 * A description with the tag of the hook that is called `name`. A replacement, "New user event hook (2)", carries the tag
 * of the name that it stands for.
 */
export function tagDescription(description: string | null, name: string): string {
  return `${(description ?? "").replace(ANY_TAG, "")} ${tagOf(name)}`.trim();
}

/** Whether this project made the hook, or took it over, as the one of this name. */
export function isOurs(hook: EventHook, name: string): boolean {
  const description = hook.description ?? "";
  return description.includes(tagOf(name)) || (hook.name === name && ANY_TAG.test(description));
}

/** The org's hooks that carry a name, each list the latest first: ours, and those to be left alone. */
export function sortByTag(hooks: readonly EventHook[], name: string) {
  const found = findByName(hooks, name);
  return {
    ours: found.filter((hook) => isOurs(hook, name)),
    others: found.filter((hook) => !isOurs(hook, name)),
  };
}
