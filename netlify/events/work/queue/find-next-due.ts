/** When the work has to be looked at again: for the sweep, which asks at the end of its look. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { RUNS_QUEUE } from "./queue-names.ts";

/**
 * Finds the first time at which a run is due, a run that goes on counts as lost, or a delivery that is not queued counts as left
 * behind. Each part is one look into an index.
 * @param leftBehindMs see `ToQueue`
 * @returns milliseconds since 1970; null: there is nothing
 */
export async function findNextDue(database: Database, leftBehindMs: number): Promise<number | null> {
  const { rows } = await database.query<{ at: number | null }>(
    `select (extract(epoch from min(due)) * 1000)::float8 as at from (
       (select start_after as due from pgboss.job
        where name = $1 and state = 'created' and not blocked order by start_after limit 1)
       union all
       (select start_after from pgboss.job
        where name = $1 and state = 'retry' and not blocked order by start_after limit 1)
       union all
       (select min(started_on + expire_seconds * interval '1 s') from pgboss.job
        where name = $1 and state = 'active' and not blocked)
       union all
       (select received_at + $2 * interval '1 ms' from deliveries where queued_at is null order by id limit 1)
     ) as waiting`,
    [RUNS_QUEUE, leftBehindMs],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows[0]?.at ?? null;
}
