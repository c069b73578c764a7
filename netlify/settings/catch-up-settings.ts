/** Whether catch-up runs by itself, and why not. */
import * as z from "zod/mini";
import { type Environment, flag, readGroup, SettingsError } from "./environment.ts";
import { type OktaSettings, readOktaSettings } from "./okta-settings.ts";

const catchUpSettings = z.object({ CATCH_UP: z.optional(flag) });

/** Whether what Okta did not deliver is fetched from its System Log by itself. */
export type CatchUpSettings =
  | { readonly on: true; readonly org: OktaSettings }
  | {
      readonly on: false;
      readonly reason: string;
      readonly fix: string | null;
      /** The org, where its log can be read by hand all the same. */
      readonly org: OktaSettings | null;
    };

/**
 * Reads what `CATCH_UP` says; undefined: nothing.
 * @throws {SettingsError} where it says neither on nor off.
 */
export function readCatchUpWish(environment: Environment): boolean | undefined {
  return readGroup(catchUpSettings, environment).CATCH_UP;
}

const SET_SERVICE_APP =
  "set OKTA_ORG_URL, OKTA_CLIENT_ID and OKTA_PRIVATE_KEY of a service app with the scopes okta.logs.read and okta.eventHooks.read";

/**
 * Reads whether catch-up is on: deployed where an org is set and `CATCH_UP` does not say off; under `netlify dev` only where it
 * says on, since every event that went to the deployed site is missing on a developer's machine.
 * @param deployed whether strangers reach the site: the API token of an admin must not lie there.
 */
export function readCatchUpSettings(environment: Environment, deployed: boolean): CatchUpSettings {
  const off = (reason: string, fix: string | null, org: OktaSettings | null = null) =>
    ({ on: false, reason, fix, org }) as const;
  if (["OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY"].every((name) => !environment(name)?.trim())) {
    return off("Catch-up is off: OKTA_ORG_URL is not set.", SET_SERVICE_APP);
  }
  try {
    const wanted = readCatchUpWish(environment);
    const org = readOktaSettings(environment);
    if (deployed && org.signIn.by === "token") {
      return off(
        "Catch-up is off: a deployed site signs in with a service app, never with OKTA_API_TOKEN.",
        `${SET_SERVICE_APP}, and remove OKTA_API_TOKEN from the site`,
      );
    }
    if (wanted === false) return off("Catch-up is off: CATCH_UP says so.", null, org);
    if (!deployed && wanted === undefined) {
      return off(
        "Catch-up is off under netlify dev unless CATCH_UP is on.",
        "npm run hook -- okta catch-up --since 1d fetches what you ask for",
        org,
      );
    }
    return { on: true, org };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return off(`Catch-up is off: ${error.message}.`, "mend the setting");
  }
}
