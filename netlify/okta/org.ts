/** What can be asked of an org: its event hooks, and the deliveries that failed. */
import type { EventHook, HookSpecification } from "./event-hook.ts";

/** A delivery that Okta could not make, from the System Log. */
export interface DeliveryFailure {
  readonly published: Date | undefined;
  /** Why, in the org's words. */
  readonly reason: string;
  /** The hook's id or name, where the event names it. */
  readonly hooks: readonly string[];
}

/** An org. Each call throws an OktaError when the org does not do it. */
export interface Org {
  readonly host: string;
  listHooks(): Promise<readonly EventHook[]>;
  readHook(id: string): Promise<EventHook>;
  createHook(hook: HookSpecification): Promise<EventHook>;
  replaceHook(id: string, hook: HookSpecification): Promise<EventHook>;
  activateHook(id: string): Promise<EventHook>;
  deactivateHook(id: string): Promise<EventHook>;
  /** Okta refuses to delete a hook that is active. */
  deleteHook(id: string): Promise<void>;
  /** Makes Okta call the hook's address with a challenge. */
  verifyHook(id: string): Promise<EventHook>;
  /** The failed deliveries since then, the latest first, at most 100. */
  listDeliveryFailures(since: Date): Promise<readonly DeliveryFailure[]>;
}
