/** When there is work next: the sweep asks at its end. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { LEASE_MS } from "./recover-lost-runs.ts";

/**
 * Finds the first time at which a run is due, a lease is over, or a delivery that is not queued counts as left behind. Each part is a
 * look into an index. Where a circuit is open its next probe counts; a paused handler has nothing due.
 * @param leftBehindMs see `QueueOptions`
 * @returns milliseconds since 1970; null: there is nothing
 */
export async function findNextDue(database: Database, leftBehindMs: number): Promise<number | null> {
  const { rows } = await database.query<{ at: number | null }>(
    `select (extract(epoch from min(due)) * 1000)::float8 as at from (
       select greatest(due_at, next_probe_at) as due from waiting_handlers left join handlers on name = handler
       where paused_at is null
       union all
       (select min(started_at) + $2 * interval '1 ms' from runs where state = 'running')
       union all
       (select received_at + $1 * interval '1 ms' from deliveries where queued_at is null order by id limit 1)
     ) as waiting`,
    [leftBehindMs, LEASE_MS],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows[0]?.at ?? null;
}
