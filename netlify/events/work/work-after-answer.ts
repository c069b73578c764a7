/**
 * What follows an answer. To a delivery: the note of how long it took, then (where work may run) its events are queued and
 * what is due is run, lost runs of others included. To a replay: what is due is run.
 */
import type { Environment } from "../../config.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { Database } from "../database/database.ts";
import { DatabaseError } from "../database/database-error.ts";
import { noteAnswerTime } from "../record/note-answer-time.ts";
import type { Recorded } from "../record/record-delivery.ts";
import { failureText } from "./failure-text.ts";
import { type Deploy, mayRunWork } from "./may-run-work.ts";
import { openWork } from "./open-work.ts";
import { recoverLostRuns } from "./queue/recover-lost-runs.ts";
import { queueEvents, type ToQueue } from "./queue-events.ts";
import { runDueWork, type WorkDone } from "./run-due-work.ts";
import { tellDeadLetters } from "./tell-dead-letters.ts";
import type { Work } from "./work.ts";
import type { Reporter } from "./work-report.ts";

/** Of the 60 s that an invocation has from the call's arrival (Netlify), this much is used. */
const WORK_BUDGET_MS = 50_000;

/** Older deliveries that were left behind are queued along, in up to this many slices. */
const MAX_ROUNDS = 5;

const NOTE_TIMEOUT_MS = 5_000;

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

/** Never throws for what the store or a handler does: that is reported, and found again by the next delivery or the sweep. */
export async function followDelivery(
  database: Database,
  { deliveryId, duplicateUuids }: Extract<Recorded, { outcome: "recorded" }>,
  { arrivedAt, answerMs, deploy, handlers, environment, report }: Following,
): Promise<void> {
  try {
    await noteAnswerTime(database, { deliveryId, answerMs, timeoutMs: NOTE_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    report({ kind: "work-interrupted", error: error.message });
  }
  if (!mayRunWork(deploy)) return;
  const work = openWork(database, handlers, { environment, report });
  await workAfterAnswer(work, { deliveryId, duplicateUuids }, arrivedAt);
}

/**
 * Never throws: what fails is reported, and what is left is found by the next delivery or the sweep.
 * @param delivery what was recorded; see `recordDelivery`
 * @param arrivedAt when the call came, in milliseconds since 1970
 */
export async function workAfterAnswer(
  work: Work,
  delivery: Pick<ToQueue, "deliveryId" | "duplicateUuids">,
  arrivedAt: number,
): Promise<WorkDone> {
  try {
    let { more } = await queueEvents(work, delivery);
    for (let round = 1; more && round < MAX_ROUNDS; round += 1) ({ more } = await queueEvents(work));
    const lost = await recoverLostRuns(work);
    if (lost.some(({ last }) => last)) await tellDeadLetters(work);
    return await runDueWork(work, {
      deadline: arrivedAt + WORK_BUDGET_MS,
      failedBefore: lost.map(({ id }) => id),
    });
  } catch (error) {
    const text = error instanceof DatabaseError ? error.message : failureText(error);
    work.report({ kind: "work-interrupted", error: text });
    return { done: 0, failed: 0 };
  }
}

/** Runs what is due after the answer to a replay. Never throws: what is left is found by the next delivery or the sweep. */
export async function runAfterReplay(work: Work, arrivedAt: number): Promise<void> {
  try {
    await runDueWork(work, { deadline: arrivedAt + WORK_BUDGET_MS });
  } catch (error) {
    work.report({ kind: "work-interrupted", error: failureText(error) });
  }
}
