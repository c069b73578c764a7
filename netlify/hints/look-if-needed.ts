/**
 * When the sweep looks into the database, which its look would wake: when work may have been left, a retry is due, or the day's
 * upkeep is. Without a hint it looks.
 */
import * as z from "zod";
import type { Hints } from "./hints.ts";
import { listMarks, MARK_HOLDS_MS } from "./work-marks.ts";

/** What a look came to. */
export interface Looked {
  /** Whether it looked at everything: it neither failed nor ran out of time. */
  readonly clean: boolean;
  /** The next time that something is due which it found, in milliseconds since 1970. */
  readonly nextDueAt: number | null;
  /** Whether the upkeep was asked for and is done. */
  readonly upkeepDone: boolean;
}

const KEY = "sweep";
const note = z.object({ lookedAt: z.number(), nextDueAt: z.number().nullable(), upkeepAt: z.number() });

/** A day, less what the hourly schedule may be early. */
const UPKEEP_EVERY_MS = 24 * 3_600_000 - 30 * 60_000;
/**
 * A mark this much older than the last look still counts. One that holds for new work is not set anew, and that work may have begun
 * after the look; the clocks of two machines may differ by a minute.
 */
const MARK_COUNTS_MS = MARK_HOLDS_MS + 60_000;
/** Marks that are cleared away after one look. */
const MAX_CLEARED = 100;

/**
 * Looks, if it is needed, and notes what the look found.
 * @param nowMs the time at which it begins, in milliseconds since 1970
 * @param look may throw: then nothing is noted, and the next sweep looks again
 * @returns what the look came to; null when none was needed
 */
export async function lookIfNeeded<Result extends Looked>(
  hints: Hints,
  nowMs: number,
  look: (due: { readonly upkeep: boolean }) => Promise<Result>,
): Promise<Result | null> {
  const [marks, last] = await Promise.all([listMarks(hints), hints.read(KEY, note)]);
  const upkeep = last === undefined || nowMs - last.upkeepAt >= UPKEEP_EVERY_MS;
  const needed =
    upkeep ||
    marks === undefined ||
    marks.some(({ at }) => at > last.lookedAt - MARK_COUNTS_MS) ||
    (last.nextDueAt !== null && last.nextDueAt <= nowMs);
  if (!needed) return null;

  const result = await look({ upkeep });
  const upkeepAt = upkeep && result.upkeepDone ? nowMs : (last?.upkeepAt ?? 0);
  if (!result.clean) {
    // No mark need say what it did not come to: the next sweep looks again.
    if (last) await hints.write(KEY, { ...last, nextDueAt: nowMs, upkeepAt });
    return result;
  }
  await hints.write(KEY, { lookedAt: nowMs, nextDueAt: result.nextDueAt, upkeepAt });
  const past = marks?.filter(({ at }) => at <= nowMs - MARK_COUNTS_MS) ?? [];
  await Promise.all(past.slice(0, MAX_CLEARED).map(({ key }) => hints.remove(key)));
  return result;
}
