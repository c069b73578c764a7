/**
 * Queues what was recorded: a run for each event and handler, and the note how far the delivery is queued.
 *
 * The note comes with the runs, in one statement. A crash before it is harmless: there is one run of an event and a handler, so the next
 * one to queue the delivery adds nothing that is there.
 */
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { publishedTooLongAgo } from "../record/published-too-long-ago.ts";
import type { NewEvent, RecordResult } from "../record/record-delivery.ts";
import { chooseRuns, type QueueableEvent, readTypes, USUAL_PAYLOAD_BYTES } from "./choose-runs.ts";
import { type LoadedEvent, readNewEvent, readPayload } from "./load-events.ts";
import { type QueuedDeliveries, queueRuns, RUN_BATCH_SIZE } from "./queue/queue-runs.ts";
import { reportDeadLetters } from "./queue/report-dead-letters.ts";
import type { TakenRun } from "./queue/settle-runs.ts";
import type { Work } from "./work.ts";

/** Runs that are ours, and their events: each call gives a copy of its own. */
export interface OwnRuns {
  readonly runs: readonly TakenRun[];
  readonly read: (uuid: string) => LoadedEvent;
  /** Whether the whole delivery is queued; else the time was over. */
  readonly complete: boolean;
}

/**
 * Queues the delivery that this invocation recorded, whose events it still has, and takes its first runs.
 * @param take how many runs are taken at once
 * @param answerMs how long the answer took: noted along
 * @param deadline what is not queued until then, in milliseconds since 1970, is left to others
 */
export async function queueDelivery(
  work: Work,
  { deliveryId, newEvents }: Pick<Extract<RecordResult, { outcome: "recorded" }>, "deliveryId" | "newEvents">,
  options: { readonly take: number; readonly answerMs?: number | undefined; readonly deadline: number },
): Promise<OwnRuns> {
  const { clock } = work;
  const events = new Map(newEvents.map((event) => [event.uuid, event]));
  const read = (uuid: string) => readNewEvent(events.get(uuid));
  const size = eventBatchSize(work);
  const runs: TakenRun[] = [];
  let next = 0;
  do {
    if (next > 0 && clock.now() >= options.deadline) return { runs, read, complete: false };
    const batch = newEvents
      .slice(next, next + size)
      .map((event) => ({ ...event, read: () => readNewEvent(event) }));
    const following: NewEvent | undefined = newEvents[next + size];
    const { taken } = await queueBatch(work, batch, {
      deliveries: { ids: [deliveryId], until: following?.position ?? null, answerMs: options.answerMs },
      take: next === 0 ? options.take : 0,
    });
    runs.push(...taken);
    next += size;
  } while (next < newEvents.length);
  return { runs, read, complete: true };
}

/** Which deliveries to queue. */
export interface QueueOptions {
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
export interface QueueProgress {
  /** Deliveries that are queued now. */
  readonly deliveries: number;
  /** Runs that were added; not those that were there. */
  readonly runs: number;
  /** Whether there may be more to queue. */
  readonly more: boolean;
}

/** What one call takes: small deliveries as long as neither is reached, or a part of a large one. */
const DELIVERY_BATCH_SIZE = 100;
const EVENT_BATCH_SIZE = 1_000;

/** Queues a batch of what waits, the invocation's own delivery first. The next call goes on where this one stopped. */
export async function queueEvents(
  work: Work,
  { deliveryId, duplicateUuids = [], leftBehindMs = 60_000 }: QueueOptions = {},
): Promise<QueueProgress> {
  const { database, handlers, clock } = work;
  const { rows } = await database.query<{
    id: string;
    uuid: string | null;
    event_type: string | null;
    position: number | null;
    payload: string | null;
    published: Date | string;
    received_at: Date | string;
    origin: string;
    names_somebody: boolean;
    more: boolean;
  }>(
    // Each step is a look-up by key, so that no plan can read a whole table, whatever Postgres knows of it.
    `with own as (
       select $1::bigint as id
       union select delivery_id from events where uuid = any($2::text[])
     ), candidates as (
       select id, event_count, origin, queued_until from deliveries where queued_at is null and received_at < $3
       union
       select waiting.* from own cross join lateral (
         select id, event_count, origin, queued_until from deliveries where id = own.id and queued_at is null limit 1
       ) waiting
     ), counted as (
       select *, row_number() over oldest as place, sum(event_count) over oldest as until
       from candidates
       window oldest as (order by id = $1::bigint desc nulls last, id)
     ), chosen as (
       select * from counted where place = 1 or place <= ${DELIVERY_BATCH_SIZE} and until <= ${EVENT_BATCH_SIZE}
     )
     select
       chosen.id, chosen.origin, event.uuid, event.event_type, event.position, event.published, event.received_at,
       event.names_somebody, event.payload, (select count(*) from candidates) > (select count(*) from chosen) as more
     from chosen left join lateral (
       select uuid, event_type, published, received_at, position,
         coalesce(actor_id, actor_login, actor_name, target_id, target_login, target_name) is not null as names_somebody,
         case when octet_length(payload) <= ${USUAL_PAYLOAD_BYTES} and event_type like any($4::text[]) then payload end as payload
       from (select * from events where delivery_id = chosen.id and position >= chosen.queued_until offset 0) waiting
       order by position limit ${EVENT_BATCH_SIZE + 1}
     ) event on true
     order by chosen.id, event.position`,
    [
      deliveryId ?? null,
      duplicateUuids,
      leftBehindMs === null ? null : new Date(clock.now() - leftBehindMs).toISOString(),
      readTypes(handlers),
    ],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const ids = [...new Set(rows.map(({ id }) => id))];
  if (ids.length === 0) return { deliveries: 0, runs: 0, more: false };

  // Only a large delivery, which is alone, can have more than a batch.
  const until = rows[EVENT_BATCH_SIZE]?.position ?? null;
  const events = rows
    .slice(0, EVENT_BATCH_SIZE)
    .flatMap(({ uuid, event_type: eventType, payload, origin, ...row }): QueueableEvent[] => {
      if (uuid === null || eventType === null) return [];
      const [published, receivedAt] = [new Date(row.published), new Date(row.received_at)];
      if (publishedTooLongAgo({ published, receivedAt, namesSomebody: row.names_somebody })) return [];
      const cause = origin === "system-log" ? "catch-up" : "event";
      const read = payload === null ? null : () => readPayload(payload);
      return [{ uuid, eventType, cause, published: published.toISOString(), read }];
    });
  const size = eventBatchSize(work);
  let runs = 0;
  for (let start = 0; start === 0 || start < events.length; start += size) {
    const isLast = start + size >= events.length;
    const deliveries = isLast ? { ids, until } : undefined;
    const { queued } = await queueBatch(work, events.slice(start, start + size), { deliveries, take: 0 });
    runs += queued;
  }
  return {
    deliveries: until === null ? ids.length : 0,
    runs,
    more: until !== null || rows[0]?.more === true,
  };
}

/** So many events have the runs of one statement at most. */
function eventBatchSize({ handlers }: Pick<Work, "handlers">): number {
  return Math.max(1, Math.floor(RUN_BATCH_SIZE / Math.max(1, handlers.length)));
}

async function queueBatch(
  work: Work,
  events: readonly QueueableEvent[],
  {
    deliveries,
    take,
  }: { readonly deliveries: Omit<QueuedDeliveries, "at"> | undefined; readonly take: number },
) {
  const runs = await chooseRuns(work, events);
  const result = await queueRuns(work.database, runs, {
    take,
    ...(deliveries && { deliveries: { ...deliveries, at: new Date(work.clock.now()) } }),
  });
  if (runs.some(({ failure }) => failure !== undefined)) await reportDeadLetters(work);
  return result;
}
