/** Ingests a page of the System Log: what the store lacks is recorded and queued, and the ledger notes every event. */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import { findMissing } from "../events/ledger/find-in-store.ts";
import { recordLogEvents } from "../events/ledger/record-log-events.ts";
import { LOG_EVENT_DAYS } from "../events/ledger/settle-hours.ts";
import { type RecordResult, recordDelivery } from "../events/record/record-delivery.ts";
import type { ReadableEvent, UnreadableEvent } from "../hook/delivery.ts";
import { type ClassifiedPage, OKTA_DELIVERS_MS } from "./classify-events.ts";

/** What ingesting needs. */
interface IngestContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly host: string;
  readonly hookIds: readonly string[];
  readonly orgNow: number;
  /** Whether the cursor moves on behind this page, so that it is not read again. */
  readonly passed: boolean;
  readonly queue: (deliveryId: string) => Promise<void>;
}

/** What became of the page. */
interface IngestResult {
  readonly recorded: number;
  readonly unreadable: number;
  readonly askedDatabase: boolean;
}

/** The sums of older hours stand; half a day less than what was seen is remembered for. */
const COUNTED_MS = (LOG_EVENT_DAYS - 0.5) * 24 * 60 * 60 * 1000;

/**
 * @throws {DatabaseError} then some of the page may have been recorded; read again, that is seen before
 */
export async function ingestPage(page: ClassifiedPage, context: IngestContext): Promise<IngestResult> {
  const { database, clock, host, hookIds, orgNow, passed } = context;
  const { ours, unknown } = page;
  // Without a uuid it cannot be looked up: it is kept once, when the cursor moves past its page.
  const unreadable = passed ? page.unreadable : [];
  if (ours.length + unknown.length + unreadable.length === 0) {
    return { recorded: 0, unreadable: 0, askedDatabase: false };
  }
  const missing = await findMissing(
    database,
    ours.map(({ event }) => event.uuid),
  );
  const events = ours.filter(({ event }) => missing.has(event.uuid));
  let recorded = 0;
  if (events.length + unreadable.length > 0) {
    const { deliveryId, newUuids } = await recordFetched(database, {
      events,
      unreadable,
      receivedAt: new Date(clock.now()),
      hookId: hookIds[0] ?? null,
      org: host,
    });
    recorded = newUuids.length;
    await context.queue(deliveryId);
  }
  const seen = [
    ...ours.map(({ event, published }) => ({ uuid: event.uuid, published, unknown: false })),
    ...unknown.map(({ event, published }) => ({ uuid: event.uuid, published, unknown: true })),
  ];
  await recordLogEvents(
    database,
    host,
    // An hour that is still to come would stay open, and be summed up by each sweep until then.
    seen.filter(
      ({ published }) =>
        published.getTime() > orgNow - COUNTED_MS && published.getTime() < orgNow + OKTA_DELIVERS_MS,
    ),
  );
  return { recorded, unreadable: unreadable.length, askedDatabase: true };
}

/** What is recorded, and as whose. */
export interface FetchedEvents {
  readonly events: readonly ReadableEvent[];
  readonly unreadable?: readonly UnreadableEvent[];
  readonly receivedAt: Date;
  readonly hookId: string | null;
  /** The org's host. */
  readonly org: string;
  /** No handler is to run for them. */
  readonly withoutWork?: boolean;
}

/**
 * Records one delivery of these events.
 * @throws {DatabaseError} when it could not be recorded
 */
export async function recordFetched(
  database: Database,
  { events, unreadable = [], receivedAt, hookId, org, withoutWork = false }: FetchedEvents,
): Promise<Extract<RecordResult, { outcome: "recorded" }>> {
  // Numbered from 0 in their order, as in a delivery.
  const all = [...events, ...unreadable].sort((one, other) => one.position - other.position);
  const placeOf = new Map(all.map(({ position }, place) => [position, place]));
  const placed = <Event extends { readonly position: number }>(list: readonly Event[]): Event[] =>
    list.map((event) => ({ ...event, position: placeOf.get(event.position) ?? 0 }));
  const recorded = await recordDelivery(
    database,
    {
      receivedAt,
      origin: { by: "system-log" },
      headers: {},
      body: "",
      // The log has no envelope: this one says where the events are from.
      envelope: JSON.stringify({ source: `https://${org}/api/v1/logs`, data: { events: [] } }),
      eventId: null,
      hookId,
      events: placed(events),
      unreadable: placed(unreadable),
      schemaDeviations: [],
    },
    { timeoutMs: WORK_TIMEOUT_MS, withoutWork },
  );
  if (recorded.outcome === "unavailable") throw recorded.cause;
  return recorded;
}
