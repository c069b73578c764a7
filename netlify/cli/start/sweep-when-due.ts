/**
 * Has retries run that are due later than their own invocation lives. Deployed, Netlify calls the sweep every five minutes; under
 * `netlify dev` nobody does.
 */
import type { Clock } from "../../base/clock.ts";

/** What it needs of the site. */
export interface SweepTarget {
  readonly clock: Clock;
  /** When the earliest retry is due; null: none is waiting. */
  readonly nextTryAt: () => Promise<Date | null>;
  readonly sweep: () => Promise<void>;
}

/** After something happened, until its failures are noted. */
const SETTLE_MS = 2_000;
/** An invocation waits for its own retries up to 10 s; it gets to them first. */
const GRACE_MS = 1_500;
/** After a sweep that left a due retry, as one does that has more to do than time. */
const BETWEEN_SWEEPS_MS = 5_000;

/**
 * Returns what is to be called whenever a retry may have come or gone. One that is called again forgets what it waited for.
 * What the site does not answer is tried at the next call.
 */
export function sweepWhenDue({ clock, nextTryAt, sweep }: SweepTarget): () => Promise<void> {
  let latest = 0;
  return async () => {
    latest += 1;
    const mine = latest;
    const isOver = async (ms: number) => {
      await clock.wait(ms);
      return mine !== latest;
    };
    try {
      if (await isOver(SETTLE_MS)) return;
      for (;;) {
        const at = await nextTryAt();
        if (at === null) return;
        if (await isOver(Math.max(0, at.getTime() + GRACE_MS - clock.now()))) return;
        await sweep();
        if (await isOver(BETWEEN_SWEEPS_MS)) return;
      }
    } catch {
      // `netlify dev` starts again, say: what happens then leads here again.
    }
  };
}
