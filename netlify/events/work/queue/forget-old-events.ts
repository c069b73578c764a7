/**
 * The retention: what is too old loses its payload and people's names, with its deliveries and its finished runs; later
 * the `uuid` goes too. What has unfinished or dead work stays whole.
 *
 * It goes by delivery, oldest first: their ids rise with the time of arrival, so no index is needed for it that every
 * acknowledgement would have to pay for. (`collate "default"` lets the index of the jobs' key be used: `events.uuid` is
 * `collate "C"`.)
 */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { REMEMBERED_DAYS } from "../../record/published-too-long-ago.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue.ts";

/** How long things are kept. */
export interface Retention {
  /** The time to count from. */
  readonly now: Date;
  /** `RETENTION_DAYS`. */
  readonly days: number;
}

/** One slice of the retention. */
export interface Forgotten {
  /** Events that lost their payload. */
  readonly events: number;
  /** Events that were kept for their work's sake. */
  readonly kept: readonly string[];
  /** Where the next slice goes on; null: nothing was left for this one. */
  readonly next: string | null;
}

/** What one slice takes: at least one delivery, then more as long as neither is reached. */
const DELIVERIES_AT_ONCE = 500;
const EVENTS_AT_ONCE = 1_000;
const UUIDS_AT_ONCE = 5_000;

/** Forgets one slice of old deliveries and their events. */
export async function forgetOldEvents(
  database: Database,
  { now, days }: Retention,
  after: string = "0",
): Promise<Forgotten> {
  const { rows } = await database.query<{
    last: string | null;
    seen: string;
    events: string;
    kept: string[];
  }>(
    `with old as (
       select id from (
         select id, event_count, sum(event_count) over (order by id) as total
         from (
           select id, event_count from deliveries
           where id > $1::bigint and received_at < $2 and queued_at is not null
           order by id limit ${DELIVERIES_AT_ONCE}
         ) as oldest
       ) as counted
       where total - event_count < ${EVENTS_AT_ONCE}
     ), held as (
       select uuid, delivery_id, exists (
         select from pgboss.job
         where singleton_key = events.uuid collate "default" and ((name = $3 and state < 'completed') or name = $4)
       ) as kept
       from events where delivery_id in (select id from old) and payload is not null
     ), forgotten as (
       update events set
         payload = null, departures = null, actor_id = null, actor_login = null, actor_name = null,
         target_id = null, target_login = null, target_name = null
       where uuid in (select uuid from held where not kept)
       returning uuid
     ), finished as (
       delete from pgboss.job where name = $3 and singleton_key in (select uuid collate "default" from held where not kept)
     ), gone as (
       delete from deliveries
       where id in (select id from old) and id not in (select delivery_id from held where kept)
     )
     select
       (select max(id) from old) as last,
       (select count(*) from forgotten) as events,
       array(select uuid from held where kept) as kept`,
    [after, daysBefore(now, days), RUNS_QUEUE, DEAD_LETTERS_QUEUE],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [row] = rows;
  return { events: Number(row?.events ?? 0), kept: row?.kept ?? [], next: row?.last ?? null };
}

/**
 * Takes away the rows of events that were forgotten long ago: a `uuid` counts as seen for at least 90 days, counted from the
 * event's publication, so that one that is sent again is either known or too old to be handled. The index on `published`
 * finds them; an event that claims a time in the future is remembered until then.
 * @returns whether there may be more
 */
export async function dropOldUuids(database: Database, { now, days }: Retention): Promise<boolean> {
  const { rows } = await database.query<{ dropped: string }>(
    `with old as (
       select uuid from events
       where published < $1 and received_at < $1 and payload is null
       limit ${UUIDS_AT_ONCE}
     ), dropped as (
       delete from events where uuid in (select uuid from old) returning 1
     )
     select count(*) as dropped from dropped`,
    [daysBefore(now, Math.max(days, REMEMBERED_DAYS))],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return Number(rows[0]?.dropped ?? 0) === UUIDS_AT_ONCE;
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}
