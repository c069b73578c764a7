/** The one hook that a command acts on. */
import type { EventHook } from "../../okta/event-hook.ts";
import { findHooks } from "../../okta/find-hooks.ts";
import type { Org } from "../../okta/org.ts";
import { CommandError } from "../terminal.ts";
import { nameOf } from "./describe-hook.ts";

/** @throws {CommandError} when there is none or more than one. */
export async function chooseHook(org: Org, idOrName: string): Promise<EventHook> {
  const hooks = await org.listHooks();
  const [hook, ...others] = findHooks(hooks, idOrName);
  if (hook === undefined) {
    const there = hooks.length === 0 ? "none" : hooks.map(nameOf).join(", ");
    throw new CommandError(`${org.host} has no event hook "${idOrName}". It has: ${there}.`);
  }
  if (others.length > 0) {
    throw new CommandError(
      `More than one event hook is called so: give the id of ${[hook, ...others].map(nameOf).join(" or ")}.`,
    );
  }
  return hook;
}
