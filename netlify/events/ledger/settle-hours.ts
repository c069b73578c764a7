/** Sums up the hours of the ledger in which something changed. */
import type { Database } from "../database/database.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** Okta wants to hear of delays beyond an hour only: an event that has not come by then is missed. */
const MISSED_AFTER_MINUTES = 60;
/** An hour with missed events is looked at again for a day: Okta may deliver them after all. */
const WATCHED_HOURS = 24;
/** What was seen is remembered for this long; the sums of older hours stand. A lost cursor goes back a week. */
export const LOG_EVENT_DAYS = 8;

/** What the sums came to. */
export interface SettleResult {
  /** Whether events were fetched so lately that Okta may deliver them still: sum up again in an hour. */
  readonly waiting: boolean;
  /** Events of the hours just summed that Okta did not deliver within the hour. */
  readonly missed: number;
}

/** How many events one statement sums up, the last of its hours in addition: a week of a large org is more than one may take. */
const EVENT_BATCH_SIZE = 10_000;
const HOUR_BATCH_SIZE = 200;
/** An hour brings half as many at most (400,000 events a day and org, Okta). */
const DELETE_BATCH_SIZE = 40_000;

/**
 * Sums up each open hour, the latest first, and forgets what is too old to be read again.
 * @param now the org's time
 * @param hasTime asked before each further slice; what is left over then stays open, and `waiting` says so
 * @throws {DatabaseError}
 */
export async function settleHours(
  database: Database,
  org: string,
  now: Date,
  hasTime: () => boolean,
): Promise<SettleResult> {
  let settled: SettleResult = { waiting: false, missed: 0 };
  let before: string | null = "infinity";
  do {
    const slice = await settleSlice(database, org, { now, before });
    settled = { waiting: settled.waiting || slice.waiting, missed: settled.missed + slice.missed };
    before = slice.next;
  } while (before !== null && hasTime());
  return before === null ? settled : { ...settled, waiting: true };
}

/** The open hours before an hour; `next` goes on as `before`. */
async function settleSlice(
  database: Database,
  org: string,
  { now, before }: { readonly now: Date; readonly before: string },
): Promise<SettleResult & { readonly next: string | null }> {
  const { rows } = await database.query<{ waiting: boolean; missed: string; next: string | null }>(
    `with counted as (
       select hour, (
         select count(*) from (
           select from log_events where log_events.hour = ledger_hours.hour limit ${EVENT_BATCH_SIZE}
         ) counted_events
       ) as events
       from ledger_hours where org = $1 and open and hour < $3::timestamptz order by hour desc limit ${HOUR_BATCH_SIZE}
     ), open_hours as (
       select hour from (
         select hour, sum(events) over (order by hour desc) - events as sooner from counted
       ) summed where sooner < ${EVENT_BATCH_SIZE}
     ), seen as (
       select log.hour, log.unknown, stored.uuid, stored.published, stored.received_at, stored.delivery_id,
         delivery.origin
       from open_hours
       cross join lateral (
         select uuid, hour, unknown from log_events where log_events.hour = open_hours.hour and log_events.org = $1
       ) log
       left join lateral (
         select uuid, published, received_at, delivery_id from events where events.uuid = log.uuid limit 1
       ) stored on true
       left join lateral (
         select origin from deliveries where deliveries.id = stored.delivery_id limit 1
       ) delivery on true
     ), brought_again as materialized (
       -- What Okta delivered although it had been fetched: such a delivery names it as a duplicate.
       select duplicate as uuid, min(deliveries.received_at) as at
       from deliveries cross join lateral unnest(deliveries.duplicate_uuids) duplicate
       where deliveries.id > (select min(delivery_id) from seen where origin = 'system-log')
         and deliveries.origin in ('okta', 'hookdeck') and deliveries.duplicate_uuids <> '{}'
       group by 1
     ), judged as (
       select seen.hour, seen.published, coalesce(again.at, seen.received_at) as came_at,
         case
           when seen.uuid is null then case when seen.unknown then 'unknown' else 'left' end
           when seen.origin is distinct from 'system-log' then 'in time'
           when again.at is not null then 'late'
           when seen.published > $2::timestamptz - interval '${MISSED_AFTER_MINUTES} minutes' then 'fetched'
           else 'missed'
         end as state
       from seen left join brought_again again on again.uuid = seen.uuid and seen.origin = 'system-log'
     ), sums as (
       select hour,
         count(*) as in_log,
         count(*) filter (where state = 'in time') as in_time,
         count(*) filter (where state = 'late') as late,
         count(*) filter (where state = 'fetched') as fetched,
         count(*) filter (where state = 'missed') as missed,
         count(*) filter (where state = 'unknown') as unknown,
         count(*) filter (where state = 'left') as left_out,
         percentile_cont(array[0.5, 0.95]) within group (
           order by extract(epoch from came_at - published)::float8 * 1000
         ) filter (where state in ('in time', 'late')) as delays
       from judged group by hour
     ), settled as (
       update ledger_hours set
         in_log = sums.in_log, in_time = sums.in_time, late = sums.late, fetched = sums.fetched,
         missed = sums.missed, unknown = sums.unknown, median_ms = sums.delays[1], p95_ms = sums.delays[2],
         open = sums.left_out > 0 or sums.fetched > 0
           or (sums.missed > 0 and sums.hour > $2::timestamptz - interval '${WATCHED_HOURS} hours')
       from sums where ledger_hours.org = $1 and ledger_hours.hour = sums.hour
       returning ledger_hours.fetched, ledger_hours.missed
     ), forgotten as (
       delete from log_events where uuid = any(array(
         select uuid from log_events where hour < $2::timestamptz - interval '${LOG_EVENT_DAYS} days'
         order by hour limit ${DELETE_BATCH_SIZE}
       ))
     )
     select coalesce(bool_or(fetched > 0), false) as waiting, coalesce(sum(missed), 0) as missed,
       case when (select count(*) from counted) > (select count(*) from open_hours)
           or (select count(*) from counted) = ${HOUR_BATCH_SIZE}
         then (select min(hour)::text from open_hours)
       end as next
     from settled`,
    [org, now.toISOString(), before],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [row] = rows;
  return { waiting: row?.waiting === true, missed: Number(row?.missed ?? 0), next: row?.next ?? null };
}
