/**
 * Signs in to an org, for the commands and for the site: with an API token, or as a service app whose private key signs an
 * assertion (OAuth 2.0 client credentials, RFC 7523), with proof of possession where the org demands it (DPoP, RFC 9449).
 * https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
import { createHash, createPrivateKey, type KeyObject, randomUUID, sign } from "node:crypto";
import { printableLine } from "../base/printable.ts";
import type { OktaSettings, OktaSignIn } from "../settings/okta-settings.ts";
import { OktaError } from "./okta-error.ts";
import { type RequestContext, sendRequest } from "./send-request.ts";

/** Of an assertion; Okta takes an hour at most. */
const ASSERTION_SECONDS = 300;
/** A token is not used in its last minute. */
const MARGIN_MS = 60_000;
/** A clock that is off by more than this is said, and corrected. */
const MAX_CLOCK_ERROR_MS = 60_000;

/** What a sign-in may ask for, and what it learned before. */
export interface SignInOptions {
  /** The scopes to ask for; where the org does not grant all of a list, the next list is tried. */
  readonly scopes: readonly (readonly string[])[];
  /** The nonce that the org gave last time: it saves a request. */
  readonly nonce?: string | null;
}

/** Somebody signed in, at the first request. */
export interface SignIn {
  /**
   * The headers that a request has to carry.
   * @throws {OktaError} where the org does not let us in, or cannot be reached
   */
  authorize(method: string, url: URL): Promise<Record<string, string>>;
  /** Forgets the token: the org does not take it any more. @returns whether a new one can be had */
  renew(): boolean;
  /** What was learned: worth keeping for the next time. */
  learned(): { readonly scopes: readonly string[]; readonly nonce: string | null };
}

interface Token {
  readonly value: string;
  readonly type: string;
  readonly until: number;
}

/** Prepares to sign in; nothing is sent before the first request. */
export function prepareSignIn(
  settings: OktaSettings,
  context: RequestContext,
  options: SignInOptions,
): SignIn {
  const { signIn } = settings;
  if (signIn.by === "token") {
    return {
      authorize: async () => ({ authorization: `SSWS ${signIn.token}` }),
      renew: () => false,
      learned: () => ({ scopes: [], nonce: null }),
    };
  }
  return serviceApp(settings.orgUrl, signIn, context, options);
}

function serviceApp(
  orgUrl: string,
  app: Extract<OktaSignIn, { by: "key" }>,
  context: RequestContext,
  { scopes: choices, nonce: knownNonce = null }: SignInOptions,
): SignIn {
  const { host } = new URL(orgUrl);
  const { clock } = context;
  const endpoint = new URL("/oauth2/v1/token", orgUrl);
  const jwk: { kid?: string; n?: string; e?: string } = JSON.parse(app.privateKey);
  const key = createPrivateKey({ key: JSON.parse(app.privateKey), format: "jwk" });
  const kid = app.keyId ?? jwk.kid;
  let nonce = knownNonce;
  let offsetMs = 0;
  let token: Promise<Token> | undefined;
  let granted: readonly string[] = [];
  const seconds = () => Math.floor((clock.now() + offsetMs) / 1000);

  const assertion = () =>
    writeJwt(
      { alg: "RS256", ...(kid === undefined ? {} : { kid }) },
      {
        iss: app.clientId,
        sub: app.clientId,
        aud: endpoint.href,
        iat: seconds(),
        exp: seconds() + ASSERTION_SECONDS,
        jti: randomUUID(),
      },
      key,
    );
  const proof = (method: string, url: URL, bound?: string) =>
    writeJwt(
      { typ: "dpop+jwt", alg: "RS256", jwk: { kty: "RSA", n: jwk.n, e: jwk.e } },
      {
        htm: method,
        htu: `${url.origin}${url.pathname}`,
        iat: seconds(),
        jti: randomUUID(),
        ...(nonce === null ? {} : { nonce }),
        ...(bound === undefined ? {} : { ath: createHash("sha256").update(bound).digest("base64url") }),
      },
      key,
    );

  async function ask(scopes: readonly string[]): Promise<Response> {
    const response = await sendRequest(
      {
        url: endpoint.href,
        method: "POST",
        headers: {
          accept: "application/json",
          "content-type": "application/x-www-form-urlencoded",
          // An app that needs no proof of possession takes no notice of it.
          dpop: proof("POST", endpoint),
        },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          scope: scopes.join(" "),
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: assertion(),
        }).toString(),
      },
      context,
    );
    nonce = response.headers.get("dpop-nonce") ?? nonce;
    return response;
  }

  async function getToken(): Promise<Token> {
    const [first = [], ...others] = choices;
    let scopes = first;
    let asked = 0;
    for (;;) {
      const response = await ask(scopes);
      asked += 1;
      if (response.ok) {
        granted = scopes;
        return readToken(await response.text(), host, clock.now());
      }
      const { error, description } = await readError(response);
      if (asked > choices.length + 2) throw refused(response.status, error, description, host, first);
      if (error === "use_dpop_nonce" && nonce !== null) continue;
      const next = others.shift();
      if (error === "invalid_scope" && next !== undefined) {
        scopes = next;
        continue;
      }
      // An assertion by a wrong clock is refused as any other; the org's own time is in its answer.
      const errorMs = Date.parse(response.headers.get("date") ?? "") - clock.now();
      if (error === "invalid_client" && offsetMs === 0 && Math.abs(errorMs) > MAX_CLOCK_ERROR_MS) {
        offsetMs = errorMs;
        continue;
      }
      throw refused(response.status, error, description, host, first);
    }
  }

  return {
    async authorize(method, url) {
      token ??= getToken();
      let current: Token;
      try {
        current = await token;
        if (current.until < clock.now()) {
          token = getToken();
          current = await token;
        }
      } catch (error) {
        token = undefined;
        throw error;
      }
      const { type, value } = current;
      return {
        authorization: `${type} ${value}`,
        ...(type === "DPoP" ? { dpop: proof(method, url, value) } : {}),
      };
    },
    renew() {
      token = undefined;
      return true;
    },
    learned: () => ({ scopes: granted, nonce }),
  };
}

function readToken(text: string, host: string, nowMs: number): Token {
  try {
    const { access_token: value, token_type: type, expires_in: seconds } = Object(JSON.parse(text));
    // What no header takes is no token either.
    if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) {
      const lifeMs = (Number(seconds) || 3600) * 1000;
      return { value, type: type === "DPoP" ? "DPoP" : "Bearer", until: nowMs + lifeMs - MARGIN_MS };
    }
  } catch {
    // Not JSON: said below.
  }
  throw new OktaError("not-okta", `The answer of ${host} is not Okta's: check OKTA_ORG_URL.`);
}

function refused(
  status: number,
  error: string,
  description: string,
  host: string,
  scopes: readonly string[],
): OktaError {
  if (error === "invalid_scope") {
    const needs = scopes.join(" and ");
    return new OktaError(
      "scope-missing",
      `${host} does not grant the service app its scopes: grant it ${needs}, and an admin role that may do what they stand for.`,
    );
  }
  if (status >= 500) {
    return new OktaError("broken", `${host} failed with ${status} when we signed in: try again later.`);
  }
  if (status === 429) {
    return new OktaError("busy", `${host} is over its rate limit: try again in a minute.`);
  }
  const said = printableLine((description || error || String(status)).slice(0, 200));
  return new OktaError(
    "unauthorized",
    `${host} does not let the service app sign in (${said}): check OKTA_CLIENT_ID, and that the app has the public key of OKTA_PRIVATE_KEY.`,
  );
}

async function readError(response: Response): Promise<{ error: string; description: string }> {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  try {
    const body = Object(JSON.parse(await response.text()));
    return { error: text(body.error), description: text(body.error_description) || text(body.errorSummary) };
  } catch {
    return { error: "", description: "" };
  }
}

/** A JSON Web Token, signed with RS256. */
function writeJwt(head: object, claims: object, key: KeyObject): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const content = `${encode(head)}.${encode(claims)}`;
  return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
}
