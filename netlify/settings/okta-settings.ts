/** The org, and how to sign in to it: for the commands and for catch-up. */
import { createPrivateKey, type JsonWebKey } from "node:crypto";
import * as z from "zod/mini";
import { isLoopbackHost } from "../base/addresses.ts";
import { type Environment, readGroup, SettingsError } from "./environment.ts";

/** How to sign in to the org. */
export type OktaSignIn =
  | { readonly by: "token"; readonly token: string }
  /** An OAuth 2.0 service app; `privateKey` is a JWK as JSON. */
  | {
      readonly by: "key";
      readonly clientId: string;
      readonly privateKey: string;
      readonly keyId: string | undefined;
    };

/** What is needed to talk to the org's Management API. */
export interface OktaSettings {
  /** The org's origin, without a trailing slash. */
  readonly orgUrl: string;
  readonly signIn: OktaSignIn;
}

/** Okta takes RSA keys from here on, and so does NIST (SP 800-131A). */
const MIN_KEY_BITS = 2048;

const credential = z
  .string()
  .check(
    z.maxLength(8192, "must not be longer than 8192 characters"),
    z.regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces"),
  );

const oktaSettings = z.object({
  OKTA_ORG_URL: z.optional(z.string()),
  OKTA_API_TOKEN: z.optional(credential),
  OKTA_CLIENT_ID: z.optional(credential),
  OKTA_PRIVATE_KEY: z.optional(
    z.string().check(z.maxLength(65_536, "must not be longer than 65536 characters")),
  ),
  OKTA_PRIVATE_KEY_ID: z.optional(credential),
});

/**
 * Reads the settings of the org: its address and one of the two ways to sign in.
 * @throws {SettingsError} naming each variable that is missing or whose value cannot be used.
 */
export function readOktaSettings(environment: Environment): OktaSettings {
  const read = readGroup(oktaSettings, environment);
  const problems: { variable: string; problem: string }[] = [];
  const orgUrl = readOrgUrl(read.OKTA_ORG_URL);
  if ("problem" in orgUrl) problems.push({ variable: "OKTA_ORG_URL", problem: orgUrl.problem });
  const signIn = readSignIn(read);
  if ("problem" in signIn) problems.push(signIn);
  if ("problem" in orgUrl || "problem" in signIn) throw new SettingsError(problems);
  return { orgUrl: orgUrl.origin, signIn };
}

/** The org's origin; http only where nothing leaves this machine, and never the Admin Console's address. */
function readOrgUrl(value: string | undefined): { origin: string } | { problem: string } {
  if (value === undefined)
    return { problem: "is not set: give the org's address, e.g. https://acme.okta.com" };
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const loopback = url !== undefined && isLoopbackHost(url.hostname);
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && loopback)) {
    return { problem: "must be an https address, e.g. https://acme.okta.com" };
  }
  const [label = "", ...domain] = url.hostname.split(".");
  if (label.endsWith("-admin") && domain.length > 0) {
    const org = [label.slice(0, -"-admin".length), ...domain].join(".");
    return { problem: `is the address of the Admin Console: the org's own is https://${org}` };
  }
  if (
    url.pathname !== "/" ||
    url.search !== "" ||
    url.hash !== "" ||
    url.username !== "" ||
    url.password !== ""
  ) {
    return { problem: `must be the address alone, without anything after it: ${url.origin}` };
  }
  return { origin: url.origin };
}

function readSignIn(
  read: z.infer<typeof oktaSettings>,
): OktaSignIn | { readonly variable: string; readonly problem: string } {
  const { OKTA_API_TOKEN: token, OKTA_CLIENT_ID: clientId, OKTA_PRIVATE_KEY: key } = read;
  if (token !== undefined && (clientId !== undefined || key !== undefined)) {
    return {
      variable: "OKTA_API_TOKEN",
      problem: "is set beside OKTA_CLIENT_ID or OKTA_PRIVATE_KEY: keep one way to sign in",
    };
  }
  if (token !== undefined) return { by: "token", token };
  if (clientId === undefined && key === undefined) {
    return {
      variable: "OKTA_API_TOKEN",
      problem: "is not set: give a token, or OKTA_CLIENT_ID and OKTA_PRIVATE_KEY of a service app",
    };
  }
  if (clientId === undefined)
    return { variable: "OKTA_CLIENT_ID", problem: "must be set where OKTA_PRIVATE_KEY is" };
  if (key === undefined)
    return { variable: "OKTA_PRIVATE_KEY", problem: "must be set where OKTA_CLIENT_ID is" };
  const privateKey = readPrivateKey(key);
  if (privateKey === undefined) {
    return {
      variable: "OKTA_PRIVATE_KEY",
      problem: `must be an RSA private key of ${MIN_KEY_BITS} bits or more, in PEM or JWK form`,
    };
  }
  return { by: "key", clientId, privateKey, keyId: read.OKTA_PRIVATE_KEY_ID };
}

/** A private key as a JWK. In `.env` a PEM often has `\n` where its lines end. */
function readPrivateKey(text: string): string | undefined {
  try {
    const given: (JsonWebKey & { kid?: string }) | undefined = text.startsWith("{")
      ? JSON.parse(text)
      : undefined;
    const key = createPrivateKey(
      given === undefined ? text.replaceAll("\\n", "\n") : { key: given, format: "jwk" },
    );
    const bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
    return bits < MIN_KEY_BITS ? undefined : JSON.stringify(given ?? key.export({ format: "jwk" }));
  } catch {
    return undefined; // The parser's message may quote the key.
  }
}
