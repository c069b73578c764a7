/** Calls an endpoint as Okta does (its headers, its three seconds, no redirects), and says what the answer means. */
import { isConfidential, isLoopbackHost } from "../../base/addresses.ts";
import { codeOf } from "../../base/error-code.ts";
import { OKTA_TIMEOUT_MS } from "../../hook/answer.ts";
import { credentialHeaders } from "../../hook/check-signature.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import { fieldOf, parseJson } from "../parse-json.ts";
import { isLocalSite } from "../read-target.ts";
import { CommandError } from "../terminal.ts";

/** On this machine `netlify dev` loads what was saved at the next call, which may take longer than Okta would wait. */
const LOCAL_TIMEOUT_MS = 20_000;

/** What came back, or that nothing did. */
export type Answer =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly text: string;
      readonly tookMs: number;
      /** Where a redirect leads to. */
      readonly location?: string;
    }
  | { readonly kind: "timed-out"; readonly limitMs: number }
  | { readonly kind: "unreachable"; readonly code: string };

/**
 * One call. Secrets come from `settings` and are added here, so that no caller handles them. Of two headers of one name the
 * later is sent.
 */
export interface Call {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array;
  readonly settings: HookSettings;
}

/**
 * Gives the address back that the secrets in `settings` may go to.
 * @throws {CommandError} for one that they must not go to in the clear
 */
export function refusePlainHttp(url: URL, settings: HookSettings): URL {
  const hasSecrets = settings.secrets.length > 0 || settings.signingSecret !== undefined;
  if (hasSecrets && !isConfidential(url)) {
    throw new CommandError(`The secret goes to https or to this machine only, not to ${url.origin}.`);
  }
  return url;
}

/** Makes the call. Never throws for what the network or the other side does. */
export async function callEndpoint({ method, url, headers, body, settings }: Call): Promise<Answer> {
  const limitMs = isLoopbackHost(url.hostname) ? LOCAL_TIMEOUT_MS : OKTA_TIMEOUT_MS;
  const sent = new Headers();
  for (const [name, value] of [...headers, ...credentialHeaders(settings, body)]) sent.set(name, value);
  const startedMs = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers: sent,
      body: body === undefined ? null : Buffer.from(body),
      redirect: "manual",
      signal: AbortSignal.timeout(limitMs),
    });
    const text = await response.text();
    const location = response.headers.get("location");
    return {
      kind: "answered",
      status: response.status,
      text,
      tookMs: performance.now() - startedMs,
      ...(location !== null && { location }),
    };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return { kind: "timed-out", limitMs };
    return { kind: "unreachable", code: codeOf(error) };
  }
}

const MAX_SHOWN_LENGTH = 300;

/** One sentence on why the call did not do what it should. */
export function explainAnswer(answer: Answer, url: URL): string {
  const oktaWaits = OKTA_TIMEOUT_MS / 1000;
  switch (answer.kind) {
    case "timed-out":
      return answer.limitMs > OKTA_TIMEOUT_MS
        ? `no answer within ${answer.limitMs / 1000} seconds. Okta waits ${oktaWaits}.`
        : `no answer within ${oktaWaits} seconds, which is as long as Okta waits.`;
    case "unreachable":
      return answer.code === "ECONNREFUSED" && isLocalSite(url)
        ? `nothing listens at ${url.host}. Run npm start in another terminal first.`
        : `${url.host} cannot be reached (${answer.code}).`;
    case "answered":
      return answer.status >= 300 && answer.status < 400
        ? `the endpoint answered ${answer.status}, a redirect, and Okta follows none.`
        : `the endpoint answered ${answer.status}: ${detailOf(answer.text)}`;
  }
}

/** The `detail` of a problem (RFC 9457), or the beginning of whatever came. */
function detailOf(text: string): string {
  const detail = fieldOf(parseJson(text), "detail");
  const line = (typeof detail === "string" ? detail : text).trim().replace(/\s+/g, " ") || "(an empty body)";
  return line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH)}…` : line;
}
