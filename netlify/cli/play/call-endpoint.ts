/** Calls an endpoint as Okta does: its headers, its three seconds, no redirects. */
import { createHmac } from "node:crypto";
import type { HookSettings } from "../../config.ts";
import { SIGNATURE_HEADERS } from "../../hook/check-signature.ts";
import { isLoopbackHost } from "../../loopback.ts";
import { CommandError } from "../terminal.ts";

/** https://developer.okta.com/docs/concepts/event-hooks/#timeout-and-retry */
export const OKTA_TIMEOUT_MS = 3000;

/** Where `npm start` serves the endpoint. */
export const LOCAL_ENDPOINT = "http://localhost:1337/okta-webhooks-endpoint";

/** What came back, or that nothing did. */
export type Answer =
  | { readonly kind: "answered"; readonly status: number; readonly text: string; readonly tookMs: number }
  | { readonly kind: "timed-out" }
  | { readonly kind: "unreachable"; readonly code: string };

/** One call. Secrets come from `settings` and are added here, so that no caller handles them. */
export interface Call {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly body?: Uint8Array;
  readonly settings: HookSettings;
}

/**
 * Reads an address given by a person.
 * @throws {CommandError} for what is no http(s) address, or one that secrets must not go to in the clear.
 */
export function readAddress(text: string, settings: HookSettings): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError(`${JSON.stringify(text)} is not an address such as ${LOCAL_ENDPOINT}.`);
  }
  const hasSecrets = settings.secrets.length > 0 || settings.signingSecret !== undefined;
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname) && hasSecrets) {
    throw new CommandError(`The secret goes to https or to this machine only, not to ${url.origin}.`);
  }
  return url;
}

/** Makes the call. Never throws for what the network or the other side does. */
export async function callEndpoint({ method, url, headers, body, settings }: Call): Promise<Answer> {
  const startedMs = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers: [...headers, ...credentials(settings, body)],
      body: body === undefined ? null : Buffer.from(body),
      redirect: "manual",
      signal: AbortSignal.timeout(OKTA_TIMEOUT_MS),
    });
    const text = await response.text();
    return { kind: "answered", status: response.status, text, tookMs: performance.now() - startedMs };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return { kind: "timed-out" };
    return { kind: "unreachable", code: errorCode(error) };
  }
}

/** What Okta sends with each request, and Hookdeck's signature where the endpoint asks for one. */
function credentials(settings: HookSettings, body: Uint8Array | undefined): [string, string][] {
  const secret = settings.secrets[0];
  const found: [string, string][] = secret === undefined ? [] : [[settings.header, secret]];
  if (body !== undefined && settings.signingSecret !== undefined) {
    const signature = createHmac("sha256", settings.signingSecret).update(body).digest("base64");
    found.push([SIGNATURE_HEADERS[0], signature]);
  }
  return found;
}

/** `fetch` wraps what happened, sometimes twice: `ECONNREFUSED` is in a cause, or in an AggregateError's. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.message : errorCode(error.cause);
}
