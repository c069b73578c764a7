/**
 * Takes what must never be stored, logged or shown out of a call's headers. In clear are only headers known to be harmless: what
 * else may carry a credential nobody can list, since every service invents its own.
 */
import type { HookSettings } from "../settings/hook-settings.ts";

const REDACTED = "[redacted]";

/** What HTTP says of itself, what proxies say of the way, and what a client says of itself. None of it lets anybody in. */
const HARMLESS = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "expect",
  "host",
  "keep-alive",
  "origin",
  "pragma",
  "te",
  "traceparent",
  "transfer-encoding",
  "upgrade-insecure-requests",
  "user-agent",
  // The way here
  "cdn-loop",
  "client-ip",
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-nf-client-connection-ip",
  "x-nf-request-id",
  "x-real-ip",
  // Okta's, and our preview's
  "x-okta-event-hook-preview",
  "x-okta-request-id",
  "x-okta-verification-challenge",
  // Hookdeck's, but for its signatures: https://hookdeck.com/docs/destinations#request-headers
  "idempotency-key",
  "x-hookdeck-attempt-count",
  "x-hookdeck-attempt-trigger",
  "x-hookdeck-connection-name",
  "x-hookdeck-destination-name",
  "x-hookdeck-event-url",
  "x-hookdeck-eventid",
  "x-hookdeck-original-ip",
  "x-hookdeck-requestid",
  "x-hookdeck-source-name",
  "x-hookdeck-verified",
  "x-hookdeck-will-retry-after",
]);

/** Netlify's own additions; some carry tokens, none is the caller's. */
const PLATFORM = /^x-nf-(?!client-connection-ip$|request-id$)/;

/**
 * A call's headers as a plain record, in lower case: every name, and the values of those that are harmless. The header that carries
 * Okta's secret is none of these, whatever its name, nor is one whose value has an accepted secret in it.
 */
export function redactHeaders(
  headers: Headers,
  { header, secrets }: Pick<HookSettings, "header" | "secrets">,
): Record<string, string> {
  const kept = [...headers].filter(([name]) => !PLATFORM.test(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const harmless = HARMLESS.has(name) && name !== header && !secrets.some((one) => value.includes(one));
      return [name, harmless ? value : REDACTED];
    }),
  );
}
