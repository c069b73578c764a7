/**
 * What an org's answers tell of its rate limits, as one instance knows them: nothing is shared with others, and each answer says anew
 * what is left for all. https://developer.okta.com/docs/reference/rl-best-practices/
 */

interface Limit {
  readonly floor: number;
  remaining: number;
  /** In milliseconds since 1970, by this machine's clock. */
  readonly resetAt: number;
}

/** Of each limit this part is left to others. */
const LEFT_TO_OTHERS = 0.2;

/** The limits of one org, by the kind of request. */
export class RateLimits {
  readonly #limits = new Map<string, Limit>();

  /**
   * Takes one request out of what is left.
   * @returns null: it may be sent; else when the limit is reset, in milliseconds since 1970
   */
  take(url: string, nowMs: number): number | null {
    const limit = this.#limits.get(kindOf(url));
    if (limit === undefined || limit.resetAt <= nowMs) return null;
    if (limit.remaining <= limit.floor) return limit.resetAt;
    limit.remaining -= 1;
    return null;
  }

  /** Learns from an answer. Both of its times come from the org's clock, in seconds. */
  learn(url: string, headers: Headers, nowMs: number): void {
    const read = (name: string) => Number(headers.get(`x-rate-limit-${name}`) ?? Number.NaN);
    const dateMs = Date.parse(headers.get("date") ?? "") || nowMs;
    const resetAt = nowMs + read("reset") * 1000 - dateMs + 1000;
    const remaining = read("remaining");
    if (Number.isNaN(resetAt) || Number.isNaN(remaining)) return;
    const known = this.#limits.get(kindOf(url));
    const isSame = known !== undefined && Math.abs(known.resetAt - resetAt) <= 2000;
    this.#limits.set(kindOf(url), {
      floor: Math.floor((read("limit") || 0) * LEFT_TO_OTHERS),
      // Requests that are on their way are in no answer yet.
      remaining: isSame ? Math.min(known.remaining, remaining) : remaining,
      resetAt,
    });
  }
}

/** Requests of one kind share a limit: those for one user by id, say, whoever it is. */
function kindOf(url: string): string {
  return new URL(url).pathname.replaceAll(/\/(?=[a-zA-Z]*\d)\w{10,}/g, "/{id}");
}
