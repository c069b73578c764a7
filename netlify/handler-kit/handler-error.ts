/** What a handler throws to say what is to become of the run. Any other error is a failure, and is tried again. */

/** A run is put off for this long at most, in all; then putting it off is a failure. */
export const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;
const MIN_RETRY_AFTER_MS = 1_000;
/** Where a response does not say when to come back. */
const DEFAULT_RETRY_AFTER_SECONDS = 60;

/** Puts a run off, and costs no try: `throw new RetryAfterError("HR is busy", 120)`. Named as Inngest's. */
export class RetryAfterError extends Error {
  override readonly name = "RetryAfterError";
  /** In seconds from now, or the time. */
  readonly retryAfter: number | Date;

  /**
   * @param retryAfter in seconds, or the time. What is over, or within the next second, counts as one second; more than a day as a day
   * @throws {TypeError} when it is neither, which is a failure like any other
   */
  constructor(message: string, retryAfter: number | Date, options?: ErrorOptions) {
    super(message, options);
    const time = retryAfter instanceof Date ? retryAfter.getTime() : retryAfter;
    if (typeof time !== "number" || Number.isNaN(time)) {
      throw new TypeError(
        `${message}: RetryAfterError takes seconds or a valid Date, not ${retryAfter}`,
        options,
      );
    }
    this.retryAfter = retryAfter;
  }

  /**
   * An error for a response of 429 or 503: `if (response.status === 429) throw RetryAfterError.from(response)`. The time is the one in
   * its `retry-after` (RFC 9110: seconds or a date), else in `x-rate-limit-reset` (Okta: seconds since 1970), else in one minute. A date
   * is read against the response's own `date`, so that a clock that is wrong does no harm.
   */
  static from(
    response: Pick<Response, "status" | "headers" | "url">,
    options?: ErrorOptions,
  ): RetryAfterError {
    const who = URL.parse(response.url)?.host ?? "The other side";
    return new RetryAfterError(
      `${who} answered ${response.status}`,
      readRetryAfter(response.headers),
      options,
    );
  }

  /** How long to wait, in milliseconds: from a second to a day. */
  delayMs(now: number): number {
    const { retryAfter } = this;
    const delayMs = retryAfter instanceof Date ? retryAfter.getTime() - now : retryAfter * 1_000;
    return Math.ceil(Math.min(Math.max(delayMs, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS));
  }
}

/** Makes the run a dead letter at once: trying again would change nothing. Named as Inngest's. */
export class NonRetriableError extends Error {
  override readonly name = "NonRetriableError";
}

function readRetryAfter(headers: Headers): number | Date {
  const retryAfter = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(retryAfter)) return Number(retryAfter);
  const reset = headers.get("x-rate-limit-reset")?.trim() ?? "";
  const at = readHttpDate(retryAfter) ?? (/^\d{1,12}$/.test(reset) ? Number(reset) * 1_000 : undefined);
  if (at === undefined) return DEFAULT_RETRY_AFTER_SECONDS;
  const now = readHttpDate(headers.get("date") ?? "");
  return now === undefined ? new Date(at) : (at - now) / 1_000;
}

/** `Date.parse` would take nearly any text for a date. */
function readHttpDate(text: string): number | undefined {
  const time = /^[A-Z][a-z]+, .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
