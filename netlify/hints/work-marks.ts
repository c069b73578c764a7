/**
 * Marks in Netlify Blobs: "from this time on work may have been left". An instance sets its mark before it begins to work and takes
 * it away when that work is settled. A process that dies leaves its mark, and the sweep looks into the database.
 *
 * A mark is a key of its own, with the time in it: nobody writes another one's, so no two writers can lose each other's.
 */
import { randomUUID } from "node:crypto";
import { type Hints, openHints } from "./hints.ts";

/** While a mark is younger than this, more work of the same instance needs no new one. */
export const MARK_HOLDS_MS = 5 * 60_000;
/**
 * Taking a mark away is a call like setting it. An instance that has done so this often within an hour leaves the next one: so much
 * traffic keeps the database awake anyway, and one look of the sweep costs nothing then.
 */
const MAX_REMOVED_AN_HOUR = 20;
const HOUR_MS = 3_600_000;

const PREFIX = "work/";

/** Ends a piece of work. `settled`: all that it took up or found due is done, so nothing of it is left for the sweep. */
export type EndWork = (settled: boolean) => Promise<void>;

/** The marks of one instance. */
export interface WorkMarks {
  /** Sets a mark unless there is one. Call it before the work; `nowMs` is the time, in milliseconds since 1970. */
  begin(hints: Hints, nowMs: number): Promise<EndWork>;
}

/** Whether the database of this deploy sleeps, so that marks are worth it: production's does, that of `netlify dev` is the process. */
export function databaseSleeps(deploy: { readonly context: string; readonly published: boolean }): boolean {
  return deploy.context === "production" && deploy.published;
}

/** A mark of this instance. */
interface Mark {
  readonly key: string;
  readonly at: number;
  readonly isSet: Promise<boolean>;
  /** Some of its work was not settled, so it stays. */
  spoiled: boolean;
  working: number;
}

export function openWorkMarks(): WorkMarks {
  let mark: Mark | undefined;
  let removed = { since: 0, count: 0 };

  return {
    async begin(hints, nowMs) {
      if (!mark || nowMs - mark.at >= MARK_HOLDS_MS) {
        const key = `${PREFIX}${nowMs}-${randomUUID().slice(0, 8)}`;
        mark = { key, at: nowMs, isSet: hints.write(key, {}), spoiled: false, working: 0 };
      }
      const own = mark;
      own.working += 1;
      // Work that begins while the mark is on its way waits for it too.
      if (!(await own.isSet)) {
        // One that could not be set is tried again with the next work.
        if (mark === own) mark = undefined;
        return async () => {};
      }
      return async (settled) => {
        own.working -= 1;
        own.spoiled ||= !settled;
        if (own.spoiled || own.working > 0) return;
        if (nowMs - removed.since >= HOUR_MS) removed = { since: nowMs, count: 0 };
        if (removed.count >= MAX_REMOVED_AN_HOUR) return;
        removed.count += 1;
        if (mark === own) mark = undefined;
        await hints.remove(own.key);
      };
    },
  };
}

const instanceMarks = openWorkMarks();
let toldAt = 0;

/**
 * Sets this instance's mark, if there is a reason to.
 * @param report see `openHints`; told once in a while
 */
export async function beginWork(
  deploy: { readonly context: string; readonly published: boolean },
  report: (problem: string) => void,
): Promise<EndWork> {
  if (!databaseSleeps(deploy)) return async () => {};
  const nowMs = Date.now();
  const hints = openHints({
    report(problem) {
      if (nowMs - toldAt < MARK_HOLDS_MS) return;
      toldAt = nowMs;
      report(problem);
    },
  });
  return await instanceMarks.begin(hints, nowMs);
}

/** @returns the marks that are set, each with its time; undefined when they cannot be read */
export async function listMarks(
  hints: Hints,
): Promise<readonly { readonly key: string; readonly at: number }[] | undefined> {
  const keys = await hints.list(PREFIX);
  // A key that is none of ours counts as old: it is cleared away with the others.
  return keys?.map((key) => ({ key, at: Number(/^work\/(\d{13})-/.exec(key)?.[1] ?? 0) }));
}
