/** Reads the org's event hooks, as far as the org shows them to the site's app. */
import type { OrgConnection } from "../okta/call-org.ts";
import type { EventHook } from "../okta/event-hook.ts";
import { OktaError } from "../okta/okta-error.ts";
import { readHooks } from "../okta/open-org.ts";

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
