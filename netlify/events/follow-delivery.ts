/** What follows the answer to a recorded delivery: the note of how long it took, then (where work may run) its handlers. */
import type { Handler } from "../handlers/define-handler.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { noteAnswerTime } from "./note-answer-time.ts";
import type { Recorded } from "./record-delivery.ts";
import { type Deploy, mayRunWork } from "./work/may-run-work.ts";
import { openWork } from "./work/open-work.ts";
import { workAfterAnswer } from "./work/work-after-answer.ts";
import type { Reporter } from "./work/work-report.ts";

const NOTE_TIMEOUT_MS = 5_000;

/** What the work after the answer needs to know. */
export interface Following {
  /** When the call came, in milliseconds since 1970: the platform's limit counts from there. */
  readonly arrivedAt: number;
  readonly answerMs: number;
  readonly deploy: Deploy;
  readonly handlers: readonly Handler[];
  readonly report: Reporter;
}

/** Never throws for what the store or a handler does: that is reported, and found again by the next delivery or the sweep. */
export async function followDelivery(
  database: Database,
  { deliveryId, duplicateUuids }: Extract<Recorded, { outcome: "recorded" }>,
  { arrivedAt, answerMs, deploy, handlers, report }: Following,
): Promise<void> {
  try {
    await noteAnswerTime(database, { deliveryId, answerMs, timeoutMs: NOTE_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    report({ kind: "work-interrupted", error: error.message });
  }
  if (!mayRunWork(deploy)) return;
  await workAfterAnswer(openWork(database, handlers, report), { deliveryId, duplicateUuids }, arrivedAt);
}
