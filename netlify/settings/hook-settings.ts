/** What the endpoint needs to know to let a call in. */
import * as z from "zod/mini";
import { type Environment, headerValue, readGroup, SettingsError } from "./environment.ts";

/** An HTTP field name (RFC 9110, section 5.1: a token). */
const headerName = z
  .string()
  .check(
    z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, "must be the name of an HTTP header, e.g. authorization"),
    z.toLowerCase(),
  );

const hookSettings = z.object({
  OKTA_HOOK_SECRET: z.optional(headerValue),
  OKTA_HOOK_SECRET_PREVIOUS: z.optional(headerValue),
  OKTA_HOOK_HEADER: z._default(headerName, "authorization"),
  HOOKDECK_SIGNING_SECRET: z.optional(
    z.string().check(z.maxLength(4096, "must not be longer than 4096 characters")),
  ),
});

/** How calls are let in. */
export interface HookSettings {
  /** The header values that are accepted; none: nobody is asked for a secret. */
  readonly secrets: readonly string[];
  /** The header that carries the secret, in lower case. */
  readonly header: string;
  /** Hookdeck's project signing secret, when calls must carry a valid signature. */
  readonly signingSecret: string | undefined;
}

/**
 * Reads the settings of the endpoint.
 * @throws {SettingsError} naming each variable whose value cannot be used.
 */
export function readHookSettings(environment: Environment): HookSettings {
  const read = readGroup(hookSettings, environment);
  const secrets = [read.OKTA_HOOK_SECRET, read.OKTA_HOOK_SECRET_PREVIOUS].filter(
    (secret) => secret !== undefined,
  );
  if (read.OKTA_HOOK_SECRET === undefined && secrets.length > 0) {
    throw new SettingsError([
      { variable: "OKTA_HOOK_SECRET", problem: "must be set where OKTA_HOOK_SECRET_PREVIOUS is" },
    ]);
  }
  return {
    secrets,
    header: read.OKTA_HOOK_HEADER,
    signingSecret: read.HOOKDECK_SIGNING_SECRET,
  };
}
