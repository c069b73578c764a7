/**
 * Every setting of the project: read from the environment, checked with zod, handed on as typed objects.
 *
 * The settings come in groups, one for each part that needs them. A part reads its own group only, so that a
 * mistake in, say, `RETENTION_DAYS` never costs a delivery: the endpoint does not read it.
 *
 * `zod/mini`, here and in `hook/`: it is loaded before the first answer, and whole zod takes four times as long.
 */
import { createPrivateKey, type JsonWebKey } from "node:crypto";
import * as z from "zod/mini";
import { isLoopbackHost } from "./addresses.ts";

/** Looks one variable up: `Netlify.env.get` in a function, `(name) => process.env[name]` elsewhere. */
export type Environment = (name: string) => string | undefined;

/** A setting has a value that cannot be used. `message` names each such variable, never its value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** The variables at fault, e.g. `["OKTA_HOOK_HEADER"]`. */
  readonly variables: readonly string[];

  constructor(problems: readonly { variable: string; problem: string }[]) {
    super(problems.map(({ variable, problem }) => `${variable} ${problem}`).join("; "));
    this.variables = [...new Set(problems.map(({ variable }) => variable))];
  }
}

/** An HTTP field name (RFC 9110, section 5.1: a token). */
const headerName = z
  .string()
  .check(
    z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, "must be the name of an HTTP header, e.g. authorization"),
    z.toLowerCase(),
  );

/** What an HTTP header can carry: anything else never arrives as it was configured. */
const headerValue = z
  .string()
  .check(
    z.maxLength(4096, "must not be longer than 4096 characters"),
    z.regex(
      /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
      "must be printable ASCII without spaces at its ends",
    ),
  );

const yes = ["true", "1", "yes", "on"] as const;
const no = ["false", "0", "no", "off"] as const;
const flag = z.pipe(
  z.pipe(z.string().check(z.toLowerCase()), z.enum([...yes, ...no], { error: "must be true or false" })),
  z.transform((value: (typeof yes | typeof no)[number]) => yes.some((word) => word === value)),
);

const hookSettings = z.object({
  OKTA_HOOK_SECRET: z.optional(headerValue),
  OKTA_HOOK_SECRET_PREVIOUS: z.optional(headerValue),
  OKTA_HOOK_HEADER: z._default(headerName, "authorization"),
  HOOKDECK_SIGNING_SECRET: z.optional(
    z.string().check(z.maxLength(4096, "must not be longer than 4096 characters")),
  ),
});

const outputSettings = z.object({ LOG_PAYLOADS: z.optional(flag) });

/** What the endpoint needs to know to let a call in and to print it. */
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

/**
 * Reads whether bodies are printed; undefined where nothing is said: locally yes, deployed no.
 * @throws {SettingsError} where `LOG_PAYLOADS` says neither yes nor no.
 */
export function readLogPayloads(environment: Environment): boolean | undefined {
  return readGroup(outputSettings, environment).LOG_PAYLOADS;
}

const retentionSettings = z.object({
  RETENTION_DAYS: z._default(
    z.pipe(
      z.string().check(z.regex(/^[1-9][0-9]{0,3}$/, "must be a whole number of days from 1 to 9999")),
      z.transform(Number),
    ),
    30,
  ),
});

/**
 * Reads for how many days events are kept.
 * @throws {SettingsError} where `RETENTION_DAYS` is no number of days: nothing is forgotten then.
 */
export function readRetentionDays(environment: Environment): number {
  return readGroup(retentionSettings, environment).RETENTION_DAYS;
}

const inspectorSettings = z.object({ INSPECTOR_PASSWORD: z.optional(headerValue) });

/** What the inspector and the commands that ask it need to know. */
export interface InspectorSettings {
  /** Opens the inspector where it is not local. */
  readonly password: string | undefined;
}

/**
 * Reads the inspector's password. How long it has to be is for whoever lets people in with it.
 * @throws {SettingsError} where `INSPECTOR_PASSWORD` is nothing that a header can carry.
 */
export function readInspectorSettings(environment: Environment): InspectorSettings {
  return { password: readGroup(inspectorSettings, environment).INSPECTOR_PASSWORD };
}

/** Reads the variables that a schema names. An empty value counts as absent: that is what `NAME=` in `.env` means. */
function readGroup<Shape extends z.core.$ZodShape>(schema: z.ZodMiniObject<Shape>, environment: Environment) {
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = environment(name)?.trim();
    if (value) values[name] = value;
  }
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map((issue) => ({ variable: String(issue.path[0]), problem: issue.message })),
  );
}

/** How the CLI signs in to the org. */
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
    return { variable: "OKTA_PRIVATE_KEY", problem: "must be an RSA private key, in PEM or JWK form" };
  }
  return { by: "key", clientId, privateKey, keyId: read.OKTA_PRIVATE_KEY_ID };
}

/** A private key as a JWK. In `.env` a PEM often has `\n` where its lines end. */
function readPrivateKey(text: string): string | undefined {
  try {
    if (text.startsWith("{")) {
      const jwk: JsonWebKey & { kid?: string } = JSON.parse(text);
      const parsed = createPrivateKey({ key: jwk, format: "jwk" });
      return parsed.asymmetricKeyType === "rsa" ? JSON.stringify(jwk) : undefined;
    }
    const parsed = createPrivateKey(text.replaceAll("\\n", "\n"));
    return parsed.asymmetricKeyType === "rsa" ? JSON.stringify(parsed.export({ format: "jwk" })) : undefined;
  } catch {
    return undefined; // The parser's message may quote the key.
  }
}

const catchUpSettings = z.object({ CATCH_UP: z.optional(flag) });

/** Whether what Okta did not deliver is fetched from its System Log by itself. */
export type CatchUpSettings =
  | { readonly on: true; readonly org: OktaSettings }
  | {
      readonly on: false;
      readonly reason: string;
      readonly cure: string | null;
      /** The org, where its log can be read by hand all the same. */
      readonly org: OktaSettings | null;
    };

const SET_SERVICE_APP =
  "set OKTA_ORG_URL, OKTA_CLIENT_ID and OKTA_PRIVATE_KEY of a service app with the scopes okta.logs.read and okta.eventHooks.read";

/**
 * Reads whether catch-up is on: deployed where an org is set and `CATCH_UP` does not say off; under `netlify dev` only where it
 * says on, since every event that went to the deployed site is missing on a developer's machine.
 * @param deployed whether strangers reach the site: the API token of an admin must not lie there.
 */
export function readCatchUpSettings(environment: Environment, deployed: boolean): CatchUpSettings {
  const off = (reason: string, cure: string | null, org: OktaSettings | null = null) =>
    ({ on: false, reason, cure, org }) as const;
  if (["OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY"].every((name) => !environment(name)?.trim())) {
    return off("Catch-up is off: OKTA_ORG_URL is not set.", SET_SERVICE_APP);
  }
  try {
    const wanted = readGroup(catchUpSettings, environment).CATCH_UP;
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

const alertSettings = z.object({
  ALERT_URL: z.optional(z.string().check(z.maxLength(2048, "must not be longer than 2048 characters"))),
  ALERT_SECRET: z.optional(headerValue),
});

/** Where alerts are sent. */
export interface AlertSettings {
  readonly url: string;
  /** Told by the host: Slack and Teams have words of their own, any other address gets signed JSON. */
  readonly kind: "slack" | "teams" | "webhook";
  /** The key that JSON is signed with; none where it is not. */
  readonly key: Buffer | null;
}

/** The hosts of Teams' incoming webhooks, old and new (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/). */
const TEAMS_HOST = /(^|\.)(webhook\.office\.com|logic\.azure\.com|api\.powerplatform\.com)$/;

/**
 * Reads where alerts are sent; null: nowhere.
 * @throws {SettingsError} where the address, or the secret that it needs, cannot be used.
 */
export function readAlertSettings(environment: Environment): AlertSettings | null {
  const { ALERT_URL: address, ALERT_SECRET: secret } = readGroup(alertSettings, environment);
  if (address === undefined) return null;
  const url = URL.parse(address);
  const isHttps = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
  if (url === null || !isHttps || url.username !== "" || url.password !== "") {
    throw new SettingsError([
      { variable: "ALERT_URL", problem: "must be an https address without a password in it" },
    ]);
  }
  if (url.hostname === "hooks.slack.com") return { url: url.href, kind: "slack", key: null };
  if (TEAMS_HOST.test(url.hostname)) return { url: url.href, kind: "teams", key: null };
  return { url: url.href, kind: "webhook", key: readSigningKey(secret) };
}

/** A key as the Standard Webhooks write it: https://www.standardwebhooks.com, "whsec_" and the base64 of 24 to 64 bytes. */
function readSigningKey(secret: string | undefined): Buffer {
  const problem = (text: string) => new SettingsError([{ variable: "ALERT_SECRET", problem: text }]);
  const how = 'make one with: echo "whsec_$(openssl rand -base64 32)"';
  if (secret === undefined) throw problem(`must be set where ALERT_URL is neither Slack nor Teams; ${how}`);
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(base64 ?? "", "base64");
  if (key.length < 24 || key.length > 64) {
    throw problem(`must be whsec_ and the base64 of 24 to 64 bytes; ${how}`);
  }
  return key;
}
