/**
 * One call from beginning to verdict, in the order of the table of answers. Knows no database, no handler and no status
 * code: see `answer.ts` for those.
 */
import { loadOnce } from "../base/load-once.ts";
import { SettingsError } from "../settings/environment.ts";
import type { HookSettings } from "../settings/hook-settings.ts";
import { checkSecret } from "./check-secret.ts";
import { checkSignature, isSigned } from "./check-signature.ts";
import type { Delivery } from "./delivery.ts";
import { findWeakSecrets } from "./find-weak-secrets.ts";
import { readBody } from "./read-body.ts";
import type { UnreadableBody } from "./read-delivery.ts";
import { readOrigin } from "./read-origin.ts";
import { redactHeaders } from "./redact-headers.ts";

/** Okta's one-time verification: https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request */
export const CHALLENGE_HEADER = "x-okta-verification-challenge";

/** Why a call was turned away. `reason` tells logs more than callers hear. */
export type Refusal =
  | { readonly outcome: "method-not-allowed" }
  | { readonly outcome: "not-a-hook-call" }
  | { readonly outcome: "misconfigured"; readonly variables: readonly string[]; readonly reason: string }
  /** `variable` is what to set; `reason` follows its name, e.g. "is not set". */
  | { readonly outcome: "closed"; readonly variable: string; readonly reason: string }
  | {
      readonly outcome: "unauthorized";
      readonly reason: "secret missing" | "secret wrong";
      readonly header: string;
    }
  | { readonly outcome: "unsigned"; readonly reason: "signature missing" | "signature wrong" }
  | { readonly outcome: "unsupported-media-type" }
  | { readonly outcome: "body-too-large" }
  | { readonly outcome: "body-cut-off" }
  | UnreadableBody;

/** What a call turned out to be. `open`: no secret is set, so none was asked for (locally only). */
export type Verdict =
  | Refusal
  | { readonly outcome: "verification"; readonly challenge: string; readonly open: boolean }
  | { readonly outcome: "delivery"; readonly delivery: Delivery };

/** What the verdict depends on besides the request. */
export interface ReceiveContext {
  /** Whether the call is the developer's own: see `is-local.ts`. */
  readonly local: boolean;
  readonly receivedAt: Date;
  /** Reads the settings. A `SettingsError` becomes a verdict of its own. */
  readonly readSettings: () => HookSettings;
}

/** Reaches a verdict. The body is read only after the secret proved right, and never past its limit. */
export async function receive(request: Request, context: ReceiveContext): Promise<Verdict> {
  if (request.method !== "GET" && request.method !== "POST") return { outcome: "method-not-allowed" };
  const challenge = request.headers.get(CHALLENGE_HEADER);
  if (request.method === "GET" && !challenge) return { outcome: "not-a-hook-call" };

  const settings = readOrRefuse(context.readSettings);
  if ("outcome" in settings) return settings;
  const refusal = checkAccess(request.headers, settings, context.local);
  if (refusal !== null) return refusal;
  if (request.method === "GET" && challenge) {
    return { outcome: "verification", challenge, open: settings.secrets.length === 0 };
  }
  return receiveDelivery(request, settings, context.receivedAt);
}

function readOrRefuse(readSettings: () => HookSettings): HookSettings | Refusal {
  try {
    return readSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { outcome: "misconfigured", variables: error.variables, reason: error.message };
  }
}

/** Headers alone decide: a stranger's call reads no body, loads no driver and opens no connection. */
function checkAccess(headers: Headers, settings: HookSettings, local: boolean): Refusal | null {
  const { secrets, header } = settings;
  if (!local) {
    // Also where a signature is required: Hookdeck signs whatever a stranger sends to the source's address.
    if (secrets.length === 0)
      return { outcome: "closed", variable: "OKTA_HOOK_SECRET", reason: "is not set" };
    const [weak] = findWeakSecrets(settings);
    if (weak !== undefined) return { outcome: "closed", variable: weak.variable, reason: weak.weakness };
  }
  if (secrets.length === 0) return null;
  const secret = checkSecret(headers.get(header), secrets);
  return secret === "right" ? null : { outcome: "unauthorized", reason: `secret ${secret}`, header };
}

const loadReading = loadOnce(() => import("./read-delivery.ts"));

async function receiveDelivery(request: Request, settings: HookSettings, receivedAt: Date): Promise<Verdict> {
  if (!isJson(request.headers.get("content-type"))) return { outcome: "unsupported-media-type" };
  if (settings.signingSecret !== undefined && !isSigned(request.headers)) {
    return { outcome: "unsigned", reason: "signature missing" };
  }
  const body = await readBody(request);
  if (body.outcome !== "body") return { outcome: body.outcome };
  if (settings.signingSecret !== undefined) {
    const signature = checkSignature(request.headers, body.bytes, settings.signingSecret);
    if (signature !== "right") return { outcome: "unsigned", reason: `signature ${signature}` };
  }
  // Loaded when needed: a verification has no body to read, and Okta's three seconds include a cold start.
  const { readDelivery } = await loadReading();
  const text = new TextDecoder().decode(body.bytes);
  const reading = readDelivery(text);
  if (reading.outcome !== "event-hook") return reading;
  const { outcome: _, ...read } = reading;
  return {
    outcome: "delivery",
    delivery: {
      receivedAt,
      origin: readOrigin(request.headers),
      headers: redactHeaders(request.headers, settings),
      body: text,
      ...read,
    },
  };
}

function isJson(contentType: string | null): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? "");
}
