/** Which of the org's hooks a change may touch: those that carry our mark, and the one that a person hands over by its id. */
import type { EventHook } from "../../okta/event-hook.ts";
import { findByName, isOurs, sortByTag } from "../../okta/find-hooks.ts";
import type { Org } from "../../okta/open-org.ts";
import { CommandError } from "../terminal.ts";
import { nameOf } from "./describe-hook.ts";

/** The hooks that a change is about. */
export interface HookSelection {
  /** What may be changed, and all but one of it deleted; the latest first. */
  readonly found: readonly EventHook[];
  /** Hooks of that name that are not ours. */
  readonly left: readonly EventHook[];
  /** Whether `found` is a hook that is to become ours. */
  readonly adopts: boolean;
  /** The name that the hook is found by from then on. */
  readonly name: string;
}

/**
 * @param adopt the id of a hook to take over.
 * @throws {CommandError} where the name is taken by a hook that is not ours, or there is none of that id, or one of ours is
 * called so already.
 */
export function selectHooks(
  { host }: Pick<Org, "host">,
  hooks: readonly EventHook[],
  { name, adopt }: { readonly name: string; readonly adopt?: string },
): HookSelection {
  if (adopt !== undefined) return handOver(host, hooks, name, adopt);
  const { ours, others } = sortByTag(hooks, name);
  const taken = others.find((hook) => hook.name === name) ?? others[0];
  if (ours.length === 0 && taken !== undefined) {
    const id = /^\w+$/.test(taken.id) ? taken.id : "<its id>";
    throw new CommandError(
      `${host} has ${nameOf(taken)}, which was made by hand, by somebody else or by an earlier version: it is left as it is. To take it over: npm run hook -- okta sync --adopt ${id}. To make another beside it, give --name.`,
    );
  }
  return { found: ours, left: others, adopts: false, name };
}

function handOver(host: string, hooks: readonly EventHook[], asked: string, id: string): HookSelection {
  const hook = hooks.find((one) => one.id === id);
  if (hook === undefined) throw new CommandError(`${host} has no event hook with the id "${id}".`);
  // "New user event hook (2)" goes on as "New user event hook"; a hook of another name keeps its own.
  const name = findByName([hook], asked).length > 0 ? asked : hook.name;
  const { ours, others } = sortByTag(hooks, name);
  if (isOurs(hook, name)) return { found: ours, left: others, adopts: false, name };
  const [other] = ours;
  if (other !== undefined) {
    throw new CommandError(
      `${nameOf(other)} is the hook of that name already: delete one of the two first, with "okta delete <id>".`,
    );
  }
  return { found: [hook], left: others.filter((one) => one !== hook), adopts: true, name };
}

/** The line on what a change leaves alone. */
export function describeLeft(left: readonly EventHook[]): string[] {
  return left.length === 0
    ? []
    : [`Not made by this project, and left as it is: ${left.map(nameOf).join(", ")}.`];
}
