/** The org's event hooks: which of them are this site's, and what they subscribe to. */
import { ENDPOINT_PATH } from "../base/addresses.ts";
import type { OrgConnection } from "../okta/call-org.ts";
import { DEFAULT_HOOK_NAME } from "../okta/diagnose-hook.ts";
import type { EventHook } from "../okta/event-hook.ts";
import { isOurs } from "../okta/find-hooks.ts";
import { OktaError } from "../okta/okta-error.ts";
import { readHooks } from "../okta/open-org.ts";
import type { HookSnapshot } from "./state.ts";

/** What to ask for: the least that is needed first; an app may have been given the larger scope, or only the log's. */
export const SCOPES: readonly (readonly string[])[] = [
  ["okta.eventHooks.read", "okta.logs.read"],
  ["okta.eventHooks.manage", "okta.logs.read"],
  ["okta.logs.read"],
];

/**
 * Reads the org's hooks, and its own time.
 * @returns `hooks` null where the org does not show them to us; `orgNow` null where it did not say
 * @throws {OktaError} for anything but a missing permission
 */
export async function readOrgHooks(
  org: OrgConnection,
): Promise<{ readonly hooks: readonly EventHook[] | null; readonly orgNow: number | null }> {
  try {
    const { text, orgNow } = await org.call({
      goal: "list the event hooks",
      scope: "okta.eventHooks.read",
      path: "/api/v1/eventHooks",
    });
    return { hooks: readHooks(text, org.host), orgNow };
  } catch (error) {
    if (error instanceof OktaError && error.kind === "forbidden") return { hooks: null, orgNow: null };
    throw error;
  }
}

/**
 * The hooks whose events are ours: those that delivered here, that lead here, or that carry our tag; else the only one that the org
 * has, as long as nothing was delivered. There are two of them while one takes over from the other.
 * @param hookIds the hooks that deliveries came from
 * @param siteUrl the site's own address, if it is known
 */
export function chooseOurHooks(
  hooks: readonly EventHook[],
  hookIds: readonly string[],
  siteUrl: string | undefined,
): HookSnapshot[] {
  const endpoint = siteUrl && URL.canParse(siteUrl) ? new URL(ENDPOINT_PATH, siteUrl).href : undefined;
  const ours = hooks.filter(
    (hook) => hookIds.includes(hook.id) || hook.address === endpoint || isOurs(hook, DEFAULT_HOOK_NAME),
  );
  // Where none of them delivered, what came is of another org.
  const chosen = ours.length === 0 && hooks.length === 1 && hookIds.length === 0 ? hooks : ours;
  return chosen.map(({ id, name, active, verified, address, eventTypes, filters }) => ({
    id,
    name,
    active,
    verified,
    address,
    eventTypes: [...eventTypes],
    filtered: filters.map(({ eventType }) => eventType),
  }));
}

/** What the hooks get. */
export interface Subscription {
  readonly eventTypes: readonly string[];
  /** Types of which the hooks get only what a filter lets pass. */
  readonly filtered: ReadonlySet<string>;
  readonly hookIds: readonly string[];
}

/** What the hooks subscribe to, all of them together; where none is known, what the handlers listen to. */
export function subscriptionOf(
  hooks: readonly HookSnapshot[] | null,
  listened: readonly string[],
): Subscription {
  if (hooks === null || hooks.length === 0) return { eventTypes: listened, filtered: new Set(), hookIds: [] };
  const eventTypes = [...new Set(hooks.flatMap((hook) => hook.eventTypes))].sort();
  const isFiltered = (eventType: string) =>
    hooks
      .filter((hook) => hook.eventTypes.includes(eventType))
      .every(({ filtered }) => filtered.includes(eventType));
  return {
    eventTypes,
    filtered: new Set(eventTypes.filter(isFiltered)),
    hookIds: hooks.map(({ id }) => id),
  };
}
