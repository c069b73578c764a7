const FIRST_DELAY_MS = 5_000;
const MAX_DELAY_MS = 6 * 60 * 60 * 1_000;

/**
 * How long a run waits after a failure: 5 to 10 s, then twice as long each time, six hours at most. The half of it is random, so that what
 * failed together does not come back together.
 * @param failures how often it had failed before
 */
export function backoffMs(failures: number): number {
  const longest = FIRST_DELAY_MS * 2 ** (failures + 1);
  return Math.min(MAX_DELAY_MS, Math.round(longest * (0.5 + Math.random() / 2)));
}
