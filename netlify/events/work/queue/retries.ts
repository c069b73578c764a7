/** When a failed run is due again. pg-boss decides that, with its own jitter, so it is asked rather than computed. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { RUNS_QUEUE } from "./queue-names.ts";

/** @returns the milliseconds until the first of these runs is due, or null when none is due within the time */
export async function nextRetryInMs(
  database: Database,
  runIds: readonly string[],
  withinMs: number,
): Promise<number | null> {
  if (runIds.length === 0) return null;
  const { rows } = await database.query<{ wait_ms: number | null }>(
    `select (extract(epoch from min(start_after) - pgboss.job_now()) * 1000)::float8 as wait_ms
     from pgboss.job where name = $1 and id = any($2::uuid[]) and state = 'retry' and not blocked
       and data ->> 'handler' not in (select handler from paused_handlers)`,
    [RUNS_QUEUE, runIds],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const waitMs = rows[0]?.wait_ms ?? null;
  return waitMs === null || waitMs > withinMs ? null : Math.max(0, Math.ceil(waitMs));
}

/** Makes runs due now that wait for their next try. */
export async function bringForward(database: Database, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  await database.query(
    `update pgboss.job set start_after = pgboss.job_now()
     where name = $1 and id = any($2::uuid[]) and state < 'active' and start_after > pgboss.job_now()`,
    [RUNS_QUEUE, runIds],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
}
