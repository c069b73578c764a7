/**
 * Handlers that a person paused. Their runs are `blocked`, pg-boss's word for a run that may not be taken yet, and everything else goes
 * on: events are queued for them, and the other handlers run.
 */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { RUNS_QUEUE } from "./queue-names.ts";

const limit = { timeoutMs: WORK_TIMEOUT_MS };

/**
 * Pauses a handler. A run that is going on is finished; if it fails it waits like the others.
 * @returns since when it is paused: pausing it again changes nothing
 */
export async function pauseHandler(database: Database, handler: string, now: Date): Promise<Date> {
  const { rows } = await database.query<{ paused_at: Date | string }>(
    `with paused as (
       insert into paused_handlers (handler, paused_at) values ($1, $2)
       on conflict (handler) do update set paused_at = paused_handlers.paused_at
       returning paused_at
     ), held as (
       update pgboss.job set blocked = true
       where name = $3 and state < 'active' and not blocked and data ->> 'handler' = $1
     )
     select paused_at from paused`,
    [handler, now.toISOString(), RUNS_QUEUE],
    limit,
  );
  return new Date(rows[0]?.paused_at ?? now);
}

/**
 * Lets a handler run again. Run the due work afterwards.
 * @returns how many runs waited for it; null: it was not paused
 */
export async function resumeHandler(database: Database, handler: string): Promise<number | null> {
  const { rows } = await database.query<{ paused: string; released: string }>(
    `with resumed as (
       delete from paused_handlers where handler = $1 returning 1
     ), released as (
       update pgboss.job set blocked = false where name = $2 and blocked and data ->> 'handler' = $1 returning 1
     )
     select (select count(*) from resumed) as paused, (select count(*) from released) as released`,
    [handler, RUNS_QUEUE],
    limit,
  );
  const [row] = rows;
  return row && Number(row.paused) > 0 ? Number(row.released) : null;
}

/** When each paused handler was paused, by its name. */
export async function listPausedHandlers(database: Database): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await database.query<{ handler: string; paused_at: Date | string }>(
    "select handler, paused_at from paused_handlers",
    [],
    limit,
  );
  return new Map(rows.map(({ handler, paused_at }) => [handler, new Date(paused_at)]));
}

/**
 * Brings the runs in line with what is paused: a run that failed while its handler was being paused, or was queued in the very moment
 * in which it was paused or resumed.
 */
export async function alignPausedRuns(database: Database): Promise<void> {
  await database.query(
    `with held as (
       update pgboss.job set blocked = true
       where name = $1 and state < 'active' and not blocked and data ->> 'handler' in (select handler from paused_handlers)
     )
     update pgboss.job set blocked = false
     where name = $1 and blocked and data ->> 'handler' not in (select handler from paused_handlers)`,
    [RUNS_QUEUE],
    limit,
  );
}
