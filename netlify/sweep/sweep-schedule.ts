/**
 * What a sweep has to do, as Netlify Blobs say: without a look into the database, which that would wake. Unless they say that nothing can
 * be there, the sweep looks.
 */
import * as z from "zod";
import type { BlobCache } from "../blob-cache/blob-cache.ts";
import { listMarkers } from "../blob-cache/dirty-markers.ts";

/** What one sweep has to do. */
export interface SweepPlan {
  /** Catch-up is due, and the alerts that come of it. */
  readonly hourly: boolean;
  /** Upkeep is due. */
  readonly daily: boolean;
  /** The database has to be looked into: work may have been left, or something is due. */
  readonly work: boolean;
  /** What the last alerts were about: see `keyOfAlerts`. */
  readonly alertKey: string;
  /** Before anything is done: a sweep that dies is followed by one that looks. */
  begin(): Promise<void>;
  finish(result: SweepFindings): Promise<void>;
}

/** What a sweep found. */
export interface SweepFindings {
  /** Whether it knows that nothing is left but what is due later. */
  readonly isClean: boolean;
  /** When something is due next, in milliseconds since 1970; null: nothing is. Undefined: as before. */
  readonly nextDueAt?: number | null;
  readonly isUpkeepDone: boolean;
  readonly alertKey: string;
}

const KEY = "sweep";
const schedule = z.object({
  hourlyAt: z.number(),
  dailyAt: z.number(),
  nextDueAt: z.number().nullable(),
  alertKey: z.string(),
});

const MINUTE_MS = 60_000;
/** Less what the schedule, a call every five minutes, may be early. */
const HOURLY_MS = 57.5 * MINUTE_MS;
const DAILY_MS = 23.5 * 60 * MINUTE_MS;
/** A call is over after 60 s (Netlify); the clocks of two machines may differ by as much. */
const CALL_OVER_MS = 2 * MINUTE_MS;
/** Markers that are removed at a time, and after one look: a database that was down at high traffic leaves thousands. */
const REMOVED_BATCH_SIZE = 50;
const MAX_REMOVED = 500;

/**
 * @param nowMs the time at which the sweep begins, in milliseconds since 1970
 * @param mayWake whether the database does not sleep, and there are no markers: each sweep looks
 */
export async function planSweep(
  cache: BlobCache,
  nowMs: number,
  { mayWake = false } = {},
): Promise<SweepPlan> {
  const [markers, stored] = await Promise.all([listMarkers(cache), cache.read(KEY, schedule)]);
  const last = stored ?? { hourlyAt: 0, dailyAt: 0, nextDueAt: 0, alertKey: "" };
  // A time beyond now comes from a clock that was wrong: it counts as missing.
  const isDue = (at: number, everyMs: number) => at > nowMs || nowMs - at >= everyMs;
  const hourly = isDue(last.hourlyAt, HOURLY_MS);
  // With the hour's part: what catch-up keeps in Blobs alone is saved when the database is awake.
  const daily = hourly && isDue(last.dailyAt, DAILY_MS);
  const hourlyAt = hourly ? nowMs : last.hourlyAt;
  return {
    hourly,
    daily,
    work: mayWake || daily || markers?.length !== 0 || (last.nextDueAt !== null && last.nextDueAt <= nowMs),
    alertKey: last.alertKey,
    async begin() {
      await cache.write(KEY, { ...last, hourlyAt, nextDueAt: nowMs });
    },
    async finish({ isClean, nextDueAt = last.nextDueAt, isUpkeepDone, alertKey }) {
      const isWritten = await cache.write(KEY, {
        hourlyAt,
        dailyAt: daily && isUpkeepDone ? nowMs : last.dailyAt,
        nextDueAt: isClean ? nextDueAt : nowMs,
        alertKey,
      });
      if (!isClean || !isWritten) return;
      // The work of a younger one may have begun after the look.
      const over = markers?.filter(({ setAt }) => Math.abs(nowMs - setAt) >= CALL_OVER_MS) ?? [];
      for (let start = 0; start < Math.min(over.length, MAX_REMOVED); start += REMOVED_BATCH_SIZE) {
        const batch = over.slice(start, start + REMOVED_BATCH_SIZE);
        const removed = await Promise.all(batch.map(({ key }) => cache.remove(key)));
        if (removed.includes(false)) return;
      }
    },
  };
}
