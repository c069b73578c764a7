/**
 * Finds runs whose process died in the middle and fails that try, so that they are tried again.
 *
 * pg-boss's own `supervise()` would do it too, in 14-17 round trips that also count and walk the whole queue; this
 * takes two, and costs nothing when there is nothing to do.
 */
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { Work } from "../work.ts";
import type { RunData, TakenRun } from "./queue.ts";
import { RUNS_QUEUE } from "./queue-names.ts";

const RECOVERED_AT_ONCE = 500;

/** @returns the runs that will be tried again or are dead now */
export async function recoverLostRuns({ database, queue }: Work): Promise<readonly TakenRun[]> {
  const { rows } = await database.query<{
    id: string;
    data: RunData;
    retry_count: number;
    retry_limit: number;
  }>(
    `select id, data, retry_count, retry_limit from pgboss.job
     where name = $1 and state = 'active' and started_on + expire_seconds * interval '1 s' < pgboss.job_now()
     limit ${RECOVERED_AT_ONCE}`,
    [RUNS_QUEUE],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const lost = rows.map((row) => ({
    ...row.data,
    id: row.id,
    attempt: row.retry_count + 1,
    last: row.retry_count >= row.retry_limit,
  }));
  await queue.fail(lost, "its process ended before it did");
  return lost;
}
