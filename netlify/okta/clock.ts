/** Time, handed in so that nothing that waits has to be waited for in a test. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(delayMs: number): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};
