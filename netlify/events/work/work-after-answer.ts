/**
 * What follows an answer. To a delivery: its events are queued and what is due is run, and now and then what others left behind;
 * where no work may run, only how long the answer took is noted. To a replay: what is due is run.
 */
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { Environment } from "../../settings/environment.ts";
import type { Database } from "../database/database.ts";
import { recordAnswerTime } from "../record/record-answer-time.ts";
import type { RecordResult } from "../record/record-delivery.ts";
import { interruption } from "./failure-text.ts";
import { type Deploy, mayRunWork } from "./may-run-work.ts";
import { openWork } from "./open-work.ts";
import { recoverLostRuns } from "./queue/recover-lost-runs.ts";
import { reportDeadLetters } from "./queue/report-dead-letters.ts";
import type { UnfinishedRun } from "./queue/settle-runs.ts";
import { queueDelivery, queueEvents } from "./queue-events.ts";
import { addWork, CONCURRENCY, longestTry, runDueWork, type WorkDone } from "./run-due-work.ts";
import type { Work } from "./work.ts";
import type { Reporter } from "./work-report.ts";

/** Of the 60 s that an invocation has from the call's arrival (Netlify), this much is used. */
const WORK_BUDGET_MS = 50_000;

/** How often an instance looks for what others left behind. */
const LOOK_EVERY_MS = 60_000;
/** What was left behind is queued for as long as this. */
const QUEUE_BUDGET_MS = 10_000;

const NOTE_TIMEOUT_MS = 5_000;

type RecordedDelivery = Extract<RecordResult, { outcome: "recorded" }>;

/** What the work after the answer to a delivery needs to know. */
export interface Following {
  /** When the call came, in milliseconds since 1970: the platform's limit counts from there. */
  readonly arrivedAt: number;
  readonly answerMs: number;
  readonly deploy: Deploy;
  readonly handlers: readonly Handler[];
  readonly environment: Environment;
  readonly report: Reporter;
}

/**
 * Never throws for what the store or a handler does: that is reported, and found again by a later delivery or the sweep.
 * @returns whether all of it is settled: nothing failed, and nothing was left
 */
export async function followDelivery(
  database: Database,
  recorded: RecordedDelivery,
  { arrivedAt, answerMs, deploy, handlers, environment, report }: Following,
): Promise<boolean> {
  if (mayRunWork(deploy)) {
    const work = openWork(database, handlers, { environment, report });
    return isSettled(await workAfterAnswer(work, recorded, arrivedAt, answerMs));
  }
  try {
    await recordAnswerTime(database, {
      deliveryId: recorded.deliveryId,
      answerMs,
      timeoutMs: NOTE_TIMEOUT_MS,
    });
  } catch (error) {
    report({ kind: "answer-time-unknown", error: interruption(error) });
  }
  return true;
}

/**
 * Queues the delivery and runs what is due. Never throws: what fails is reported, and what is left is found by a later delivery
 * or the sweep.
 * @param arrivedAt when the call came, in milliseconds since 1970
 * @param answerMs how long its answer took: noted along
 */
export async function workAfterAnswer(
  work: Work,
  recorded: RecordedDelivery,
  arrivedAt: number,
  answerMs?: number,
): Promise<WorkDone> {
  const { clock, handlers } = work;
  const deadline = arrivedAt + WORK_BUDGET_MS;
  const queueDeadline = deadline - longestTry(handlers);
  try {
    const hasTime = clock.now() <= queueDeadline;
    const own = await queueDelivery(work, recorded, {
      take: hasTime ? CONCURRENCY : 0,
      answerMs,
      deadline: queueDeadline,
    });
    const repeated = await queueRepeated(work, recorded.duplicateUuids, queueDeadline);
    const done = await runDueWork(work, { deadline, own });
    const left = await queueWhatIsLeft(work, queueDeadline);
    // A lost run may be tried again later than this invocation lives.
    const complete = own.complete && repeated && left.complete && left.lost.length === 0;
    if (!left.found) return { ...done, complete: done.complete && complete };
    const all = addWork(done, await runDueWork(work, { deadline, failedBefore: left.lost }));
    return { ...all, complete: all.complete && complete };
  } catch (error) {
    work.report({ kind: "work-interrupted", error: interruption(error) });
    return { done: 0, failed: 0, postponed: 0, complete: false };
  }
}

/**
 * Runs what is due after the answer to a replay. Never throws: what is left is found by a later delivery or the sweep.
 * @returns whether all of it is settled
 */
export async function runAfterReplay(work: Work, arrivedAt: number): Promise<boolean> {
  try {
    return isSettled(await runDueWork(work, { deadline: arrivedAt + WORK_BUDGET_MS }));
  } catch (error) {
    work.report({ kind: "work-interrupted", error: interruption(error) });
    return false;
  }
}

/** What was found of others. */
interface LeftWork {
  /** Whether there is something to run now. */
  readonly found: boolean;
  /** Runs that were lost, and will be tried again. */
  readonly lost: readonly UnfinishedRun[];
  /** Whether all of it is queued. */
  readonly complete: boolean;
}

/**
 * Looks for deliveries and runs whose process died: when an instance starts, and once a minute after that. Nearly every look
 * finds nothing, so not every delivery pays for one.
 */
async function queueWhatIsLeft(work: Work, deadline: number): Promise<LeftWork> {
  const { clock, lastLook } = work;
  const before = lastLook.at;
  const startedAt = clock.now();
  if (before !== null && startedAt - before < LOOK_EVERY_MS)
    return { found: false, lost: [], complete: true };
  if (startedAt > deadline) return { found: false, lost: [], complete: false };
  // Noted first: other deliveries of this instance need not look as well.
  lastLook.at = startedAt;
  try {
    const lost = await recoverLostRuns(work);
    if (lost.some(({ isDead }) => isDead)) await reportDeadLetters(work);
    const until = Math.min(deadline, startedAt + QUEUE_BUDGET_MS);
    let found = lost.length > 0;
    let more = true;
    while (more && clock.now() <= until) {
      const progress = await queueEvents(work);
      found ||= progress.runs > 0;
      more = progress.more;
    }
    return { found, lost, complete: !more };
  } catch (error) {
    lastLook.at = before;
    throw error;
  }
}

/**
 * Okta sends a delivery again when it got no answer: the process of the first call may have died before it queued it.
 * @returns whether all of it is queued
 */
async function queueRepeated(
  work: Work,
  duplicateUuids: readonly string[],
  deadline: number,
): Promise<boolean> {
  let more = duplicateUuids.length > 0;
  while (more && work.clock.now() <= deadline) {
    ({ more } = await queueEvents(work, { duplicateUuids, leftBehindMs: null }));
  }
  return !more;
}

/** Whether nothing is left of it that the sweep would have to find: a try that failed or was put off comes again. */
export function isSettled({ failed, postponed, complete }: WorkDone): boolean {
  return failed === 0 && postponed === 0 && complete;
}
