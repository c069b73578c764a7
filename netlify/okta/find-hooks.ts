/** Finds a hook by its id or name among those of the org. */
import type { EventHook } from "./event-hook.ts";

/**
 * The hooks that carry a name, the latest first: those called so, or so with a number behind it. While an address or
 * secret is replaced there are two of them, "New user event hook" and "New user event hook (2)"; afterwards the
 * second remains.
 */
export function findByName(hooks: readonly EventHook[], name: string): EventHook[] {
  return hooks
    .filter((hook) => hook.name === name || isNumbered(hook.name, name))
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
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name} (${number})`;
    if (!names.has(candidate)) return candidate;
  }
}

function isNumbered(full: string, name: string): boolean {
  return full.startsWith(name) && /^ \(\d{1,4}\)$/.test(full.slice(name.length));
}

/** The hook that one means by a name: the latest of those that deliver, else the latest. */
export function mainHook(found: readonly EventHook[]): EventHook | undefined {
  return found.find(delivers) ?? found[0];
}

/** Only hooks that are active and verified get events. */
export const delivers = ({ active, verified }: EventHook) => active && verified;
