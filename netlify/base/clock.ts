/** Time, handed in: tests move it on instead of sleeping. */

/** What the work needs of time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Waits; with a signal it is a time limit, which ends early when the signal aborts.
   * @returns whether the whole time went by
   */
  wait(ms: number, signal?: AbortSignal): Promise<boolean>;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve(false);
      const stop = () => {
        clearTimeout(timer);
        resolve(false);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve(true);
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
};
