/** Finds runs whose lease is over, because their process died, and ends that try, so that they are tried again. */
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { backoffMs } from "../backoff.ts";
import { fingerprintFailure } from "../fingerprint-failure.ts";
import type { Work } from "../work.ts";
import { readTakenRun, settleRuns, type TakenRow, type UnfinishedRun } from "./settle-runs.ts";

const RECOVERY_BATCH_SIZE = 500;
/** An invocation lives 60 s at most (Netlify), so a run that has been running for two minutes has lost its process. */
export const LEASE_MS = 120_000;
const ERROR = "its process ended before it did";

/** @returns the runs that were lost: they are tried again, or dead */
export async function recoverLostRuns({
  database,
}: Pick<Work, "database">): Promise<readonly UnfinishedRun[]> {
  const { rows } = await database.query<TakenRow>(
    `select event_uuid, handler, event_type, tries, failures, postponed_ms, late, key from runs
     where state = 'running' and started_at < runs_now() - $1 * interval '1 ms'
     limit ${RECOVERY_BATCH_SIZE}`,
    [LEASE_MS],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const { unfinished } = await settleRuns(
    database,
    rows.map(readTakenRun).map((run) => ({
      run,
      outcome: "aborted",
      delayMs: backoffMs(run.failures),
      error: ERROR,
      fingerprint: fingerprintFailure({ handler: run.handler, error: ERROR }),
    })),
    { take: 0 },
  );
  return unfinished;
}
