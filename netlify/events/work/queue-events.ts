/**
 * Queues what was recorded: one run for each event and handler, then the note that the delivery is queued.
 *
 * A crash between the two is harmless: the runs' ids follow from event and handler, so the next one to queue the
 * delivery adds nothing that is there.
 */
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { publishedTooLongAgo } from "../record/published-too-long-ago.ts";
import { chooseRuns, decidedTypes, type QueueableEvent, USUAL_PAYLOAD_BYTES } from "./choose-runs.ts";
import type { Work } from "./work.ts";

/** Which deliveries to queue. */
export interface ToQueue {
  /** The delivery that this invocation recorded. */
  readonly deliveryId?: string;
  /** Events that it brought again: Okta retries when the first call was not answered, so its process may have died. */
  readonly duplicateUuids?: readonly string[];
  /**
   * Deliveries recorded longer ago than this were left behind by a process that died. An invocation lives 60 s at most
   * (Netlify), so younger ones are still in somebody's hands.
   */
  readonly leftBehindMs?: number;
}

/** How far it came. */
export interface Queued {
  readonly deliveries: number;
  /** Runs that were added; not those that were there. */
  readonly runs: number;
  /** Whether there may be more deliveries to queue. */
  readonly more: boolean;
}

/** What one call takes: at least one delivery, then more as long as this is not reached. */
const DELIVERIES_AT_ONCE = 100;
const EVENTS_AT_ONCE = 1_000;

/** Queues a slice of what waits, the invocation's own delivery first. */
export async function queueEvents(
  { database, queue, handlers, clock }: Work,
  { deliveryId, duplicateUuids = [], leftBehindMs = 60_000 }: ToQueue = {},
): Promise<Queued> {
  const now = clock.now();
  const { rows } = await database.query<{
    id: string;
    uuid: string | null;
    event_type: string | null;
    payload: string | null;
    published: Date | string;
    received_at: Date | string;
    names_somebody: boolean;
    more: boolean;
  }>(
    `with own as (
       select $1::bigint as id
       union all select delivery_id from events where uuid = any($2::text[])
     ), candidates as (
       select id, event_count, row_number() over oldest as place, sum(event_count) over oldest as total
       from deliveries
       where queued_at is null and (received_at < $3 or id in (select id from own))
       window oldest as (order by id = $1::bigint desc nulls last, id)
     ), waiting as (
       select id from candidates where place <= ${DELIVERIES_AT_ONCE} and total - event_count < ${EVENTS_AT_ONCE}
     )
     select
       waiting.id, events.uuid, events.event_type, events.published, events.received_at,
       coalesce(actor_id, actor_login, actor_name, target_id, target_login, target_name) is not null as names_somebody,
       case when octet_length(events.payload) <= ${USUAL_PAYLOAD_BYTES} and events.event_type like any($4::text[])
         then events.payload
       end as payload,
       (select count(*) from candidates) > (select count(*) from waiting) as more
     from waiting left join events on events.delivery_id = waiting.id
     order by waiting.id, events.position`,
    [deliveryId ?? null, duplicateUuids, new Date(now - leftBehindMs).toISOString(), decidedTypes(handlers)],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const deliveries = [...new Set(rows.map(({ id }) => id))];
  if (deliveries.length === 0) return { deliveries: 0, runs: 0, more: false };

  const events = rows.flatMap(({ uuid, event_type: eventType, payload, ...row }): QueueableEvent[] => {
    if (uuid === null || eventType === null) return [];
    const aged = { published: new Date(row.published), receivedAt: new Date(row.received_at) };
    if (publishedTooLongAgo({ ...aged, namesSomebody: row.names_somebody })) return [];
    return [{ uuid, eventType, payload }];
  });
  const runs = await chooseRuns({ database, handlers }, events);
  const added = await queue.add(runs);
  await database.query(
    "update deliveries set queued_at = $2 where id = any($1::bigint[]) and queued_at is null",
    [deliveries, new Date(now).toISOString()],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return { deliveries: deliveries.length, runs: added.length, more: rows[0]?.more === true };
}
