/** The headers by which a call passes the endpoint's checks: what Okta sends, and what Hookdeck adds. */
import type { HookSettings } from "../settings/hook-settings.ts";
import { SIGNATURE_HEADERS, signBody } from "./check-signature.ts";

/**
 * For whoever plays Okta: verify, preview, the page's sample.
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
