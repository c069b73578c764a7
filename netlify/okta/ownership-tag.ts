/**
 * Tells the hooks that this project made from all others: by a mark in their `description`, which is free text that Okta
 * keeps. Only a marked hook is ever deleted as the predecessor of another.
 */
import type { EventHook } from "./event-hook.ts";
import { findByName } from "./find-hooks.ts";

const ANY_TAG = /\s*\[okta-event-hooks: .*\]$/s;

/**
 * A description with the mark of the hook that is called `name`. A replacement, "New user event hook (2)", carries the mark
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
export function sortByTag(
  hooks: readonly EventHook[],
  name: string,
): { readonly ours: EventHook[]; readonly others: EventHook[] } {
  const found = findByName(hooks, name);
  return {
    ours: found.filter((hook) => isOurs(hook, name)),
    others: found.filter((hook) => !isOurs(hook, name)),
  };
}

const tagOf = (name: string) => `[okta-event-hooks: ${name}]`;
