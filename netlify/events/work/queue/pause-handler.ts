/** Pauses handlers, and lets them run again. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";

const limit = { timeoutMs: WORK_TIMEOUT_MS };

/**
 * Pauses a handler: none of its runs is taken any more, and everything else goes on. A run that is running is finished; if it fails
 * it waits like the others.
 * @returns since when it is paused: pausing it again changes nothing
 */
export async function pauseHandler(database: Database, handler: string, now: Date): Promise<Date> {
  const { rows } = await database.query<{ paused_at: Date | string }>(
    `insert into handlers (name, paused_at) values ($1, $2)
     on conflict (name) do update set paused_at = coalesce(handlers.paused_at, excluded.paused_at)
     returning paused_at`,
    [handler, now.toISOString()],
    limit,
  );
  return new Date(rows[0]?.paused_at ?? now);
}

/** Of its runs this many are counted when a handler is resumed. */
const MAX_COUNTED = 10_000;

/**
 * Lets a handler run again. Run the due work afterwards.
 * @returns how many of its runs wait, up to `MAX_COUNTED`; null: it was not paused
 */
export async function resumeHandler(database: Database, handler: string): Promise<number | null> {
  const { rows } = await database.query<{ count: string }>(
    `with resumed as (
       update handlers set paused_at = null where name = $1 and paused_at is not null returning name
     )
     select (select count(*) from (
       select from runs where handler = resumed.name and state in ('waiting', 'held') limit ${MAX_COUNTED}
     ) counted) as count from resumed`,
    [handler],
    limit,
  );
  return rows[0] === undefined ? null : Number(rows[0].count);
}
