/** The org's event hooks: which of them are this site's, and what they subscribe to. */
import { ENDPOINT_PATH } from "../base/addresses.ts";
import type { OrgConnection } from "../okta/call-org.ts";
import { DEFAULT_HOOK_NAME } from "../okta/diagnose-hook.ts";
import type { EventHook } from "../okta/event-hook.ts";
import { OktaError } from "../okta/okta-error.ts";
import { readHooks } from "../okta/open-org.ts";
import { isOurs } from "../okta/ownership-tag.ts";
import type { HookSnapshot } from "./state.ts";

/** What a hook of ours is known by. */
export interface HookIdentity {
  /** The hooks that deliveries came from. */
  readonly hookIds: readonly string[];
  /** The site's own address, if it is known. */
  readonly siteUrl: string | undefined;
}

/**
 * The hooks whose events are ours: those that delivered here, that lead here, or that carry our mark; else the only one that the org
 * has, as long as nothing was delivered. Two of them while one takes over from the other.
 */
export function chooseOurHooks(
  hooks: readonly EventHook[],
  { hookIds, siteUrl }: HookIdentity,
): HookSnapshot[] {
  const endpoint = siteUrl && URL.canParse(siteUrl) ? new URL(ENDPOINT_PATH, siteUrl).href : undefined;
  const ours = hooks.filter(
    (hook) => hookIds.includes(hook.id) || hook.address === endpoint || isOurs(hook, DEFAULT_HOOK_NAME),
  );
  const [only, ...others] = hooks;
  // Whatever delivered here is of another org, where no hook of this one did.
  const isOnly = only !== undefined && others.length === 0 && hookIds.length === 0;
  const chosen = ours.length > 0 ? ours : isOnly ? [only] : [];
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
  if (hooks === null || hooks.length === 0) {
    return { eventTypes: [...listened], filtered: new Set(), hookIds: [] };
  }
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

/** What to ask for: the least that is needed first; an app may have been given the larger scope, or only the log's. */
export const SCOPES: readonly (readonly string[])[] = [
  ["okta.eventHooks.read", "okta.logs.read"],
  ["okta.eventHooks.manage", "okta.logs.read"],
  ["okta.logs.read"],
];

/** The org's hooks, and its own time; null: it did not say. */
export interface OrgHooks {
  /** Null: the org does not show them to us. */
  readonly hooks: readonly EventHook[] | null;
  readonly orgNow: number | null;
}

/** Reads them. @throws {OktaError} for anything but a missing permission */
export async function readOrgHooks(org: OrgConnection): Promise<OrgHooks> {
  try {
    const { text, orgNow } = await org.call({
      goal: "list the event hooks",
      scope: "okta.eventHooks.read",
      path: "/api/v1/eventHooks",
    });
    return { hooks: readHooks(text, org.host), orgNow };
  } catch (error) {
    if (error instanceof OktaError && error.kind === "forbidden") {
      return { hooks: null, orgNow: null };
    }
    throw error;
  }
}
