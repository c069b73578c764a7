/** The stand-in's token endpoint: OAuth 2.0 client credentials with a signed assertion, as Okta demands it. */
import { createPublicKey, type JsonWebKey, randomUUID, verify } from "node:crypto";

/** A service app of the org's. */
export interface ServiceApp {
  readonly clientId: string;
  readonly publicKey: JsonWebKey;
  /** The key's id, where the app has several keys: an assertion has to name it. */
  readonly keyId?: string;
  readonly scopes: readonly string[];
  /** Demands a proof of possession, as new service apps do unless told otherwise. */
  readonly dpop?: boolean;
  /** The org's own time, where assertions have to fit it. */
  readonly now?: () => number;
}

/** The nonce that a proof has to repeat. */
const NONCE = "stand-in-nonce";

/** An answer of the token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The scopes that the token carries, by token. */
  readonly token?: { readonly value: string; readonly scopes: readonly string[] };
}

/** Answers a POST to `/oauth2/v1/token`. */
export function answerTokenRequest(
  form: URLSearchParams,
  proof: string,
  audience: string,
  app: ServiceApp | undefined,
): TokenAnswer {
  const refuse = (error: string, error_description: string): TokenAnswer => ({
    status: error === "invalid_client" ? 401 : 400,
    body: { error, error_description },
  });
  if (form.get("grant_type") !== "client_credentials") return refuse("unsupported_grant_type", "grant type");
  const claims = app && readAssertion(form.get("client_assertion") ?? "", app);
  if (!app || !claims) return refuse("invalid_client", "The client_assertion signature is invalid.");
  if (claims.aud !== audience || claims.iss !== app.clientId || claims.sub !== app.clientId) {
    return refuse("invalid_client", "The client_assertion is not for this org.");
  }
  const seconds = app.now && app.now() / 1000;
  if (seconds !== undefined && (Number(claims.exp) < seconds || Number(claims.iat) > seconds + 60)) {
    return refuse("invalid_client", "The client_assertion token is expired, or issued in the future.");
  }
  if (app.dpop && readClaims(proof).nonce !== NONCE) {
    return {
      ...refuse("use_dpop_nonce", "Authorization server requires nonce in DPoP proof."),
      headers: { "dpop-nonce": NONCE },
    };
  }
  const asked = (form.get("scope") ?? "").split(" ");
  if (asked.some((scope) => !app.scopes.includes(scope))) {
    return refuse("invalid_scope", "One or more scopes are not configured for the app.");
  }
  const value = randomUUID();
  return {
    status: 200,
    body: {
      token_type: app.dpop ? "DPoP" : "Bearer",
      expires_in: 3600,
      access_token: value,
      scope: asked.join(" "),
    },
    token: { value, scopes: asked },
  };
}

function readAssertion(jwt: string, app: ServiceApp): Record<string, unknown> | undefined {
  const [head = "", payload = "", signature = ""] = jwt.split(".");
  const key = createPublicKey({ key: app.publicKey, format: "jwk" });
  const signed = verify(
    "sha256",
    Buffer.from(`${head}.${payload}`),
    key,
    Buffer.from(signature, "base64url"),
  );
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString());
  return signed && (app.keyId === undefined || kid === app.keyId) ? readClaims(jwt) : undefined;
}

/** What a JWT says, unchecked. */
function readClaims(jwt: string): Record<string, unknown> {
  const [, payload = ""] = jwt.split(".");
  return payload === "" ? {} : JSON.parse(Buffer.from(payload, "base64url").toString());
}
