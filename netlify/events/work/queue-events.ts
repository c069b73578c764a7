/**
 * Queues what was recorded: one run for each event and handler, and the note that the delivery is queued.
 *
 * The note comes with the last runs, in one statement. A crash before it is harmless: the runs' ids follow from event and
 * handler, so the next one to queue the delivery adds nothing that is there.
 */
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { publishedTooLongAgo } from "../record/published-too-long-ago.ts";
import type { RecordResult } from "../record/record-delivery.ts";
import { chooseRuns, decidedTypes, type QueueableEvent, USUAL_PAYLOAD_BYTES } from "./choose-runs.ts";
import { type LoadedEvent, readPayload } from "./load-events.ts";
import type { TakenRun } from "./queue/queue.ts";
import type { Work } from "./work.ts";

/** Runs that are ours, and their events: each call gives a copy of its own. */
export interface TakenRuns {
  readonly runs: readonly TakenRun[];
  readonly read: (uuid: string) => LoadedEvent;
}

/**
 * Queues the delivery that this invocation recorded, whose events it still has, and takes its first runs.
 * @param take how many runs are taken at once
 * @param answerMs how long the answer took: noted along
 */
export async function queueDelivery(
  { database, queue, handlers, clock }: Work,
  { deliveryId, newEvents }: Pick<Extract<RecordResult, { outcome: "recorded" }>, "deliveryId" | "newEvents">,
  { take, answerMs }: { readonly take: number; readonly answerMs?: number | undefined },
): Promise<TakenRuns> {
  const runs = await chooseRuns({ database, handlers }, newEvents);
  const deliveries = { ids: [deliveryId], at: new Date(clock.now()), answerMs };
  const { taken } = await queue.add(runs, { take, deliveries });
  const payloads = new Map(newEvents.map(({ uuid, payload }) => [uuid, payload]));
  return { runs: taken, read: (uuid) => readPayload(payloads.get(uuid)) };
}

/** Which deliveries to queue. */
export interface ToQueue {
  /** The delivery that this invocation recorded. */
  readonly deliveryId?: string;
  /** Events that it brought again: Okta retries when the first call was not answered, so its process may have died. */
  readonly duplicateUuids?: readonly string[];
  /**
   * Deliveries recorded longer ago than this were left behind by a process that died. An invocation lives 60 s at most
   * (Netlify), so younger ones are still in somebody's hands. Null: they are not looked for.
   */
  readonly leftBehindMs?: number | null;
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
    // Each step is a look-up by key, so that no plan can read a whole table, whatever Postgres knows of it.
    `with own as (
       select $1::bigint as id
       union select delivery_id from events where uuid = any($2::text[])
     ), candidates as (
       select id, event_count from deliveries where queued_at is null and received_at < $3
       union
       select waiting.id, waiting.event_count from own cross join lateral (
         select id, event_count from deliveries where id = own.id and queued_at is null limit 1
       ) waiting
     ), counted as (
       select id, row_number() over oldest as place, sum(event_count) over oldest - event_count as before
       from candidates
       window oldest as (order by id = $1::bigint desc nulls last, id)
     ), chosen as (
       select id from counted where place <= ${DELIVERIES_AT_ONCE} and before < ${EVENTS_AT_ONCE}
     )
     select
       chosen.id, event.uuid, event.event_type, event.published, event.received_at, event.names_somebody, event.payload,
       (select count(*) from candidates) > (select count(*) from chosen) as more
     from chosen left join lateral (
       select uuid, event_type, published, received_at, position,
         coalesce(actor_id, actor_login, actor_name, target_id, target_login, target_name) is not null as names_somebody,
         case when octet_length(payload) <= ${USUAL_PAYLOAD_BYTES} and event_type like any($4::text[]) then payload end as payload
       from events where delivery_id = chosen.id offset 0
     ) event on true
     order by chosen.id, event.position`,
    [
      deliveryId ?? null,
      duplicateUuids,
      leftBehindMs === null ? null : new Date(now - leftBehindMs).toISOString(),
      decidedTypes(handlers),
    ],
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
  const { added } = await queue.add(runs, { deliveries: { ids: deliveries, at: new Date(now) } });
  return { deliveries: deliveries.length, runs: added.length, more: rows[0]?.more === true };
}
