/** The sweep: whatever the deliveries' own invocations left behind, in slices that fit its time. What is due comes before all else. */
import { checkLateEvents } from "../forget/check-late-events.ts";
import { findNextDue } from "./queue/find-next-due.ts";
import { dropOldUuids, forgetOldEvents, type RetentionSlice } from "./queue/forget-old-events.ts";
import { recoverLostRuns } from "./queue/recover-lost-runs.ts";
import { reportDeadLetters } from "./queue/report-dead-letters.ts";
import type { UnfinishedRun } from "./queue/settle-runs.ts";
import { queueEvents } from "./queue-events.ts";
import { addWork, runDueWork, type WorkDone } from "./run-due-work.ts";
import type { Work } from "./work.ts";

/** How a sweep is bounded. */
export interface SweepLimits {
  /** When the last handler has to be through, in milliseconds since 1970. */
  readonly workDeadline: number;
  /** When all has to be over: the retention gets what is left. */
  readonly deadline: number;
  /** `RETENTION_DAYS`; null: nothing is forgotten now. */
  readonly retentionDays: number | null;
  /** See `QueueOptions`. */
  readonly leftBehindMs?: number;
}

/** What a sweep did. */
export interface Swept extends WorkDone {
  /** Deliveries that were recorded and not queued. */
  readonly queued: number;
  /** Runs whose process had died. */
  readonly recovered: number;
  /** Events that lost their payload. */
  readonly forgotten: number;
  /** Whether nothing of the retention is left. */
  readonly retained: boolean;
  /** When the next look is due, in milliseconds since 1970; null: nothing waits. */
  readonly nextDueAt: number | null;
}

/** An invocation lives 60 s at most (Netlify): what was recorded longer ago is in nobody's hands. */
const LEFT_BEHIND_MS = 60_000;

/** An event held back by dead work is named in the sweep's line, up to this many. */
const MAX_EXAMPLES = 5;

/**
 * Sweeps once. What does not fit into the time is left for the next sweep.
 * @throws {DatabaseError} when the store fails
 */
export async function sweep(work: Work, limits: SweepLimits): Promise<Swept> {
  const { clock } = work;
  const { workDeadline, deadline, retentionDays, leftBehindMs = LEFT_BEHIND_MS } = limits;
  const hasTime = () => clock.now() < workDeadline;

  let done = await runDueWork(work, { deadline: workDeadline });
  // However long that took, a slice of what was left behind is queued in each sweep.
  const lost: UnfinishedRun[] = [];
  let more = true;
  while (more) {
    const slice = await recoverLostRuns(work);
    lost.push(...slice);
    more = slice.length > 0 && hasTime();
  }
  let queued = 0;
  do {
    const result = await queueEvents(work, { leftBehindMs });
    queued += result.deliveries;
    more = result.more;
  } while (more && hasTime());
  if (lost.length + queued > 0) {
    const rest = await runDueWork(work, { deadline: workDeadline, failedBefore: lost });
    done = addWork(done, rest);
  }
  await reportDeadLetters(work);
  const { forgotten, retained } =
    retentionDays === null ? nothingForgotten : await applyRetention(work, deadline, retentionDays);
  // Asked last: what was recorded, or begun by somebody else, until here is in it.
  const nextDueAt = await findNextDue(work.database, leftBehindMs);
  return {
    ...done,
    complete: done.complete && !more,
    queued,
    recovered: lost.length,
    forgotten,
    retained,
    nextDueAt,
  };
}

/**
 * Forgets what is too old, in slices until `deadline` (milliseconds since 1970), and tells what unfinished work holds back.
 * @param days `RETENTION_DAYS`
 * @returns how many events lost their payload, and whether that is all of it
 * @throws {DatabaseError} when the store fails
 */
export async function applyRetention(
  { database, clock, report }: Pick<Work, "database" | "clock" | "report">,
  deadline: number,
  days: number,
): Promise<Pick<Swept, "forgotten" | "retained">> {
  const retention = { now: new Date(clock.now()), days };
  const kept: string[] = [];
  let forgotten = 0;
  let after: string | null = "0";
  while (after !== null && clock.now() < deadline) {
    const slice: RetentionSlice = await forgetOldEvents(database, retention, after);
    forgotten += slice.events;
    kept.push(...slice.kept);
    after = slice.next;
  }
  let dropAfter: string | null = "-infinity";
  while (dropAfter !== null && clock.now() < deadline) {
    dropAfter = await dropOldUuids(database, retention, dropAfter);
  }
  if (kept.length > 0) {
    report({ kind: "kept-past-retention", events: kept.length, examples: kept.slice(0, MAX_EXAMPLES) });
  }
  const checked = await checkLateEvents({ database, clock }, deadline);
  return { forgotten, retained: after === null && dropAfter === null && checked };
}

const nothingForgotten = { forgotten: 0, retained: true };
