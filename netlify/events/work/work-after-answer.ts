/** What follows the answer to a delivery: its events are queued, and what is due is run, lost runs of others included. */
import { DatabaseError } from "../database-error.ts";
import { failureText } from "./failure-text.ts";
import { queueEvents, type ToQueue } from "./queue-events.ts";
import { recoverLostRuns } from "./recover-lost-runs.ts";
import { runDueWork, type WorkDone } from "./run-due-work.ts";
import { tellDeadLetters } from "./tell-dead-letters.ts";
import type { Work } from "./work.ts";

/** Of the 60 s that an invocation has from the call's arrival (Netlify), this much is used. */
const WORK_BUDGET_MS = 50_000;

/** Older deliveries that were left behind are queued along, in up to this many slices. */
const MAX_ROUNDS = 5;

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
