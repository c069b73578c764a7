/** Whether the org grants each scope that handlers ask for: a sign-in for several does not say which of them is missing. */
import type { OktaScope } from "../../handler-kit/okta.ts";
import { SettingsError } from "../../settings/environment.ts";
import type { OktaSettings } from "../../settings/okta-settings.ts";
import { connectOrg } from "../call-org.ts";
import { OktaError } from "../okta-error.ts";
import type { RequestContext } from "../send-request.ts";

/** A scope, and why it cannot be used; null: it can. */
export interface ScopeCheck {
  readonly scope: OktaScope;
  readonly problem: string | null;
}

/** What a site's scopes are checked with. */
export interface ScopeSources extends Pick<RequestContext, "clock" | "fetch"> {
  /** May throw a SettingsError. */
  readonly readSettings: () => OktaSettings;
}

/** What each scope is for: a grant without an admin role reads nothing. */
const PROBES: Readonly<Partial<Record<OktaScope, string>>> = {
  "okta.users.read": "/api/v1/users?limit=1",
  "okta.groups.read": "/api/v1/groups?limit=1",
};

/** @throws {OktaError} where the org cannot be asked at all */
export async function checkScopes(
  settings: OktaSettings,
  scopes: readonly OktaScope[],
  context: Omit<RequestContext, "orgUrl">,
): Promise<readonly ScopeCheck[]> {
  return await Promise.all(
    scopes.map(async (scope) => ({ scope, problem: await checkScope(settings, scope, context) })),
  );
}

/**
 * Checks the scopes of handlers by the settings of a site.
 * @returns what is wrong with each that cannot be used; without an org that is the same for all
 */
export async function findScopeProblems(
  scopes: readonly OktaScope[],
  { readSettings, ...context }: ScopeSources,
): Promise<ReadonlyMap<OktaScope, string>> {
  if (scopes.length === 0) return new Map();
  try {
    const checks = await checkScopes(readSettings(), scopes, {
      ...context,
      onWait: () => {},
      maxWaitMs: 3_000,
    });
    return new Map(checks.flatMap(({ scope, problem }) => (problem === null ? [] : [[scope, problem]])));
  } catch (error) {
    if (!(error instanceof OktaError || error instanceof SettingsError)) throw error;
    return new Map(scopes.map((scope) => [scope, error.message]));
  }
}

async function checkScope(
  settings: OktaSettings,
  scope: OktaScope,
  context: Omit<RequestContext, "orgUrl">,
): Promise<string | null> {
  const org = connectOrg(settings, context, { scopes: [[scope]] });
  const path = PROBES[scope];
  try {
    if (path === undefined) await org.signIn.authorize("GET", new URL(org.origin));
    else await org.call({ goal: `read with ${scope}`, scope, path });
    return null;
  } catch (error) {
    const isAbout = error instanceof OktaError && ["scope-missing", "forbidden"].includes(error.kind);
    if (isAbout) return error.message;
    throw error;
  }
}
