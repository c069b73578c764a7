/**
 * Calls the sweep, which Netlify's schedule calls every five minutes on a deployed site; `netlify dev` has no schedule. A developer who
 * watches a handler fail should not wait: the sweep comes when the next run is due, and every 15 s for work that the last answer did not name.
 */
import * as z from "zod/mini";
import type { Clock } from "../../base/clock.ts";

/** The first calls after a start are slow enough without ours. */
const AFTER_START_MS = 15_000;
/** Each sweep loads the code anew, which takes a third of a second of a core. */
const MIN_BETWEEN_MS = 3_000;
const EVERY_MS = 15_000;
/** What failed, or met code that does not load, says so in the terminal each time. */
const AFTER_FAILURE_MS = 60_000;
/** An invocation waits for its own retries up to 10 s; it gets to them first. */
const GRACE_MS = 1_500;
const TIMEOUT_MS = 60_000;

const swept = z.object({ nextDueAt: z.optional(z.nullable(z.number())), complete: z.optional(z.boolean()) });

/** What a sweep leaves to the next one; null: it did not come to its end. */
type SweepRest = z.infer<typeof swept> | null;

/**
 * Sweeps for as long as the process lives.
 * @param sweep never throws
 * @returns what has it sweep as soon as possible: something was mended
 */
export function sweepByClock(clock: Clock, sweep: () => Promise<SweepRest>): () => void {
  let early = new AbortController();
  const run = async () => {
    await clock.wait(AFTER_START_MS);
    for (;;) {
      early = new AbortController();
      const { signal } = early;
      const rest = await sweep();
      await clock.wait(MIN_BETWEEN_MS);
      await clock.wait(delayMs(rest, clock.now()), signal);
    }
  };
  void run();
  return () => early.abort();
}

function delayMs(rest: SweepRest, nowMs: number): number {
  if (rest === null) return AFTER_FAILURE_MS - MIN_BETWEEN_MS;
  const { nextDueAt, complete } = rest;
  const dueMs = complete === false ? 0 : (nextDueAt ?? Number.POSITIVE_INFINITY) + GRACE_MS - nowMs;
  return Math.max(0, Math.min(EVERY_MS - MIN_BETWEEN_MS, dueMs));
}

/** @param site its address; undefined: it is not up yet */
export async function callSweep(site: string | undefined): Promise<SweepRest> {
  if (site === undefined) return {};
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${site}/.netlify/functions/sweep`, { method: "POST", signal });
    const answer: unknown = await response.json();
    return response.ok ? (swept.safeParse(answer).data ?? null) : null;
  } catch {
    return {}; // `netlify dev` starts again, say: the next one comes through.
  }
}
