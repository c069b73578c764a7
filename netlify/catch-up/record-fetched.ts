/** Records events of the System Log in the same way as a delivery, each as Okta wrote it. */
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import { type RecordResult, recordDelivery } from "../events/record/record-delivery.ts";
import type { ReadableEvent, UnreadableEvent } from "../hook/delivery.ts";

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
