/**
 * Handlers that a person paused. Their runs are `blocked`, pg-boss's word for a run that may not be taken yet, and everything else goes
 * on: events are queued for them, and the other handlers run.
 */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { RUNS_QUEUE } from "./queue-names.ts";

const limit = { timeoutMs: WORK_TIMEOUT_MS };

/** Of millions of runs that wait, one statement could not take all in its time. */
const RUNS_AT_ONCE = 5_000;

/**
 * Pauses a handler. A run that is going on is finished; if it fails it waits like the others.
 * @param hasTime asked before each further slice of its runs. None is taken from now on; those that are not held yet are in the way of
 * the others until the sweep holds them
 * @returns since when it is paused: pausing it again changes nothing
 */
export async function pauseHandler(
  database: Database,
  handler: string,
  now: Date,
  hasTime: () => boolean = () => true,
): Promise<Date> {
  const { rows } = await database.query<{ paused_at: Date | string }>(
    `insert into paused_handlers (handler, paused_at) values ($1, $2)
     on conflict (handler) do update set paused_at = paused_handlers.paused_at
     returning paused_at`,
    [handler, now.toISOString()],
    limit,
  );
  await slices(() => hold(database, "data ->> 'handler' = $2", [handler]), hasTime);
  return new Date(rows[0]?.paused_at ?? now);
}

/**
 * Lets a handler run again. Run the due work afterwards.
 * @param hasTime asked before each further slice of its runs; the sweep releases the rest
 * @returns how many runs were released; null: it was not paused
 */
export async function resumeHandler(
  database: Database,
  handler: string,
  hasTime: () => boolean = () => true,
): Promise<number | null> {
  const { rows } = await database.query<{ handler: string }>(
    "delete from paused_handlers where handler = $1 returning handler",
    [handler],
    limit,
  );
  if (rows.length === 0) return null;
  return await slices(() => release(database, "data ->> 'handler' = $2", [handler]), hasTime);
}

/** @returns how many runs there were in all slices */
async function slices(slice: () => Promise<number>, hasTime: () => boolean): Promise<number> {
  let sum = 0;
  for (;;) {
    const count = await slice();
    sum += count;
    if (count < RUNS_AT_ONCE || !hasTime()) return sum;
  }
}

/** Holds runs that wait. @param which a condition, with its values from `$2` on */
async function hold(database: Database, which: string, values: readonly unknown[]): Promise<number> {
  const waits = "name = $1 and state < 'active' and not blocked";
  return await setBlocked(database, "true", `${waits} and ${which}`, values);
}

async function release(database: Database, which: string, values: readonly unknown[]): Promise<number> {
  return await setBlocked(database, "false", `name = $1 and blocked and ${which}`, values);
}

/** By their key: the `case` keeps Postgres from an index that holds all that waits, for each slice anew. */
async function setBlocked(
  database: Database,
  blocked: "true" | "false",
  which: string,
  values: readonly unknown[],
): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    `with changed as (
       update pgboss.job set blocked = ${blocked}
       where name = $1 and id = any(array(select id from pgboss.job where ${which} limit ${RUNS_AT_ONCE}))
         and case when state < 'active' then blocked <> ${blocked} else false end
       returning 1
     ) select count(*) as count from changed`,
    [RUNS_QUEUE, ...values],
    limit,
  );
  return Number(rows[0]?.count ?? 0);
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
 * in which it was paused or resumed, or that there were too many of.
 */
export async function alignPausedRuns(
  database: Database,
  hasTime: () => boolean = () => true,
): Promise<void> {
  const paused = "(select handler from paused_handlers)";
  await slices(() => hold(database, `data ->> 'handler' in ${paused}`, []), hasTime);
  await slices(() => release(database, `data ->> 'handler' not in ${paused}`, []), hasTime);
}
