/**
 * Sends one request: to the org and nowhere else, never across a redirect, within a time limit, waiting out 429 and 5xx
 * with a bound.
 */
import type { Clock } from "../base/clock.ts";
import { codeOf } from "../base/error-code.ts";
import { printableLine } from "../base/printable.ts";
import { OktaError } from "./okta-error.ts";

/** A request. */
interface OrgRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What sending needs to know. */
export interface RequestContext {
  /** The org's origin. */
  readonly orgUrl: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Told before each wait, so that a person sees why nothing happens. */
  readonly onWait: (wait: { readonly status: number; readonly delayMs: number }) => void;
  /** When everything has to be over, in milliseconds since 1970; none: a person waits. */
  readonly deadline?: number;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** All waits of one request together: Okta's rate limits are counted by the minute. */
const MAX_WAIT_MS = 90_000;

const MAX_RETRIES_OF_FAILURE = 3;

/** A page of 1,000 events is about 5 MB. Reading and parsing an answer takes about seven times its size in memory. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Sends a request and returns the org's answer, whatever its status.
 * @throws {OktaError} `unreachable`, `moved`, `busy`, `too-large`, or `elsewhere` for an address that is not the org's.
 */
export async function sendRequest(request: OrgRequest, context: RequestContext): Promise<Response> {
  const host = new URL(context.orgUrl).host;
  let waitedMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    const response = await sendOnce(request, context);
    const delayMs = await waitBeforeRetryMs(response, request, attempt, context.clock.now());
    if (delayMs === undefined) return response;
    waitedMs += delayMs;
    if (
      waitedMs > MAX_WAIT_MS ||
      context.clock.now() + delayMs > (context.deadline ?? Number.POSITIVE_INFINITY)
    ) {
      if (response.status !== 429) return response;
      throw new OktaError(
        "busy",
        `${host} asks to wait ${Math.ceil(delayMs / 1000)} s because of its rate limit: try again then.`,
      );
    }
    context.onWait({ status: response.status, delayMs });
    await context.clock.wait(delayMs);
  }
}

async function sendOnce({ url, method, headers, body }: OrgRequest, context: RequestContext) {
  const { host, origin } = new URL(context.orgUrl);
  const target = new URL(url);
  if (target.origin !== origin) {
    throw new OktaError(
      "elsewhere",
      `${host} sent us on to ${printableLine(target.host)}: nothing was sent there.`,
    );
  }
  const leftMs = (context.deadline ?? Number.POSITIVE_INFINITY) - context.clock.now();
  const timeoutMs = Math.max(1, Math.min(REQUEST_TIMEOUT_MS, leftMs));
  let response: Response;
  try {
    response = await context.fetch(target, {
      method,
      headers: { ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
    response = await readWhole(response, host); // What breaks off half-way is the network's fault as well.
  } catch (cause) {
    if (cause instanceof OktaError) throw cause;
    throw new OktaError(
      "unreachable",
      `${host} cannot be reached (${reason(cause, timeoutMs)}): check OKTA_ORG_URL and the network.`,
      {
        cause,
      },
    );
  }
  if (response.status >= 300 && response.status < 400) {
    const location = response.headers.get("location") ?? "";
    const elsewhere = URL.canParse(location, url) ? new URL(location, url).origin : "another address";
    throw new OktaError(
      "moved",
      `${host} redirects to ${printableLine(elsewhere)}, which is not followed: set OKTA_ORG_URL to the org's own address.`,
    );
  }
  return response;
}

/** The answer with its body read, so that nothing can fail later. */
async function readWhole({ status, headers, body }: Response, host: string): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (length > MAX_ANSWER_BYTES) {
      throw new OktaError("too-large", `${host} sent more than 16 MiB in one answer: the rest was not read.`);
    }
    chunks.push(chunk);
  }
  return new Response(length === 0 ? null : Buffer.concat(chunks), { status, headers });
}

/** The time to wait before the same request is sent again; undefined: the answer stands. */
async function waitBeforeRetryMs(response: Response, request: OrgRequest, attempt: number, nowMs: number) {
  if (response.status === 429) {
    // Both times come from the org's clock (https://developer.okta.com/docs/reference/rl-best-practices/).
    const resetMs = Number(response.headers.get("x-rate-limit-reset") ?? Number.NaN) * 1000;
    const dateMs = Date.parse(response.headers.get("date") ?? "");
    const delayMs = resetMs - (Number.isNaN(dateMs) ? nowMs : dateMs) + 1000;
    return Number.isFinite(delayMs) ? Math.max(delayMs, 1000) : 1000 * 2 ** attempt;
  }
  // A create that failed halfway may have made the hook: sending it again could make a second.
  const creates = request.method === "POST" && request.url.endsWith("/api/v1/eventHooks");
  if (response.status < 500 || creates || attempt > MAX_RETRIES_OF_FAILURE) return undefined;
  // A query that is too slow stays too slow: whoever asked asks for less.
  const isSlow = request.url.includes("/api/v1/logs") && (await response.clone().text()).includes("E0000009");
  return isSlow ? undefined : 500 * 2 ** attempt;
}

function reason(error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === "TimeoutError")
    return `no answer within ${Math.ceil(timeoutMs / 1000)} s`;
  const code = codeOf(error);
  return code === "UNKNOWN" ? "no connection" : code;
}
