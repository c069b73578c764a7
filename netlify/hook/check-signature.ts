/**
 * Hookdeck's signature of a delivery that it forwarded: base64(HMAC-SHA256(raw body, project signing secret)).
 * https://hookdeck.com/docs/authentication#hookdeck-webhook-signature-verification
 */
import { createHmac } from "node:crypto";
import type { HookSettings } from "../settings/hook-settings.ts";
import { equalInConstantTime } from "./check-secret.ts";

/** While a signing secret is being rolled Hookdeck signs with both, the other one under `-2`. */
const SIGNATURE_HEADERS = ["x-hookdeck-signature", "x-hookdeck-signature-2"] as const;

/** Whether a call carries a signature at all, right or wrong. */
export function isSigned(headers: Headers): boolean {
  return SIGNATURE_HEADERS.some((name) => headers.has(name));
}

/**
 * @param body the raw bytes, before any decoding.
 * @param signingSecret the Hookdeck project's signing secret.
 */
export function checkSignature(
  headers: Headers,
  body: Uint8Array,
  signingSecret: string,
): "right" | "missing" | "wrong" {
  const signatures = SIGNATURE_HEADERS.map((name) => headers.get(name)).filter((value) => value !== null);
  if (signatures.length === 0) return "missing";
  const expected = signBody(body, signingSecret);
  let right = false;
  for (const signature of signatures) right = equalInConstantTime(signature, expected) || right;
  return right ? "right" : "wrong";
}

/** The signature that Hookdeck would give these bytes. */
function signBody(body: Uint8Array | string, signingSecret: string): string {
  return createHmac("sha256", signingSecret).update(body).digest("base64");
}

/**
 * The headers by which a call passes the endpoint's checks, for whoever plays Okta: verify, preview, the page's sample.
 * @param body of a POST; Hookdeck signs no GET
 */
export function credentialHeaders(
  { secrets, header, signingSecret }: HookSettings,
  body?: Uint8Array | string,
): [name: string, value: string][] {
  const [secret] = secrets;
  const found: [string, string][] = secret === undefined ? [] : [[header, secret]];
  if (body !== undefined && signingSecret !== undefined) {
    found.push([SIGNATURE_HEADERS[0], signBody(body, signingSecret)]);
  }
  return found;
}
