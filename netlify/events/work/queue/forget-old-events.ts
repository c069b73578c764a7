/**
 * The retention, in two steps. `forgetOldEvents`: past `RETENTION_DAYS` an event loses its payload, the names in its columns
 * and its runs, and its delivery is deleted. An event with unfinished work or a dead letter stays as it is, and so does the
 * delivery that brought it. `dropOldUuids`: much later the rest of the event's row is deleted, its `uuid` with it.
 *
 * The first step walks the deliveries by their ids, which rise with the time of arrival: an index on that time would cost every
 * delivery before it is answered.
 */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { REMEMBERED_DAYS } from "../../record/published-too-long-ago.ts";

/** How long things are kept. */
export interface Retention {
  /** The time to count from. */
  readonly now: Date;
  /** `RETENTION_DAYS`. */
  readonly days: number;
}

/** One slice of the retention. */
export interface RetentionSlice {
  /** Events that lost their payload. */
  readonly events: number;
  /** Events that were kept for their work's sake. */
  readonly kept: readonly string[];
  /** Where the next slice goes on; null: nothing was left for this one. */
  readonly next: string | null;
}

/** What one slice takes: at least one delivery, then more as long as neither is reached. */
const DELIVERY_BATCH_SIZE = 500;
const EVENT_BATCH_SIZE = 1_000;
const UUID_BATCH_SIZE = 500;

/** Forgets one slice of old deliveries and their events. */
export async function forgetOldEvents(
  database: Database,
  { now, days }: Retention,
  after: string = "0",
): Promise<RetentionSlice> {
  const { rows } = await database.query<{
    last: string | null;
    seen: string;
    events: string;
    kept: string[];
  }>(
    // Each step is a look-up by key, so that no plan can read a whole table, whatever Postgres knows of it.
    `with oldest as (
       select id, event_count, received_at, received_at < $2 and queued_at is not null as ready
       from deliveries where id > $1::bigint order by id limit ${DELIVERY_BATCH_SIZE}
     ), counted as (
       select id, sum(event_count) over (order by id) - event_count as before from oldest where ready
     ), old as (
       select id from counted where before < ${EVENT_BATCH_SIZE}
     ), held as (
       select event.uuid, event.delivery_id, coalesce((
         select true from runs
         where event_uuid = event.uuid and state in ('waiting', 'held', 'running', 'dead')
         limit 1
       ), false) as kept
       from old cross join lateral (
         select uuid, delivery_id from events where delivery_id = old.id and payload is not null offset 0
       ) event
     ), forgotten as (
       update events set
         payload = null, schema_deviations = null, actor_id = null, actor_login = null, actor_name = null,
         target_id = null, target_login = null, target_name = null
       where uuid = any(array(select uuid from held where not kept))
       returning uuid
     ), finished as (
       -- One that is replayed in this moment stays: it says that its payload is gone.
       delete from runs where event_uuid = any(array(select uuid from held where not kept))
         and state in ('done', 'superseded', 'discarded')
     ), gone as (
       delete from deliveries where id = any(array(
         select id from old where id not in (select delivery_id from held where kept)
       ))
     )
     select
       case when (select count(*) from counted) > (select count(*) from old) then (select max(id) from old)
         else (select max(id) from oldest where received_at < $2)
       end as last,
       (select count(*) from forgotten) as events,
       array(select uuid from held where kept) as kept`,
    [after, daysBefore(now, days)],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [row] = rows;
  return { events: Number(row?.events ?? 0), kept: row?.kept ?? [], next: row?.last ?? null };
}

/**
 * Takes away the rows of events that were forgotten long ago: a `uuid` counts as seen for at least 90 days, counted from the
 * event's publication, so that one that is sent again is either known or too old to be handled. The index on `published`
 * finds them; an event that claims a time in the future is remembered until then.
 * @param after where the slice before ended
 * @returns where the next slice goes on; null: there is nothing left
 */
export async function dropOldUuids(
  database: Database,
  { now, days }: Retention,
  after: string = "-infinity",
): Promise<string | null> {
  const { rows } = await database.query<{ dropped: string; looked_at: string; last: string | null }>(
    `with looked_at as (
       select uuid, published, received_at < $1 and payload is null as old from events
       where published < $1 and published >= $2::timestamptz order by published limit ${UUID_BATCH_SIZE}
     ), dropped as (
       delete from events where uuid = any(array(select uuid from looked_at where old)) returning 1
     )
     select (select count(*) from dropped) as dropped, (select count(*) from looked_at) as looked_at,
       (select max(published)::text from looked_at) as last`,
    [daysBefore(now, Math.max(days, REMEMBERED_DAYS)), after],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [row] = rows;
  if (!row?.last || Number(row.looked_at) < UUID_BATCH_SIZE) return null;
  // A slice of one time, of which nothing may go, would be the next one too.
  return Number(row.dropped) > 0 || row.last !== after ? row.last : null;
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}
