/**
 * Records a delivery: one statement, all of it or nothing. Nothing is queued or run before it has been recorded.
 *
 * What the statement does stands in the function `record_delivery` of the migration `…_baseline.sql`.
 */

import { storable } from "../../base/storable.ts";
import {
  countUnreadable,
  type Delivery,
  type Origin,
  type ReadableEvent,
  type UnreadableEvent,
} from "../../hook/delivery.ts";
import type { LogEvent } from "../../hook/log-event.ts";
import type { Database } from "../database/database.ts";
import { DatabaseError } from "../database/database-error.ts";
import { type EventRow, eventRow } from "./event-row.ts";
import { listColumn } from "./list-column.ts";
import { publishedTooLongAgo } from "./published-too-long-ago.ts";

/** An event that was stored, handed on so that nobody has to read it back. */
export interface NewEvent {
  readonly uuid: string;
  readonly eventType: string;
  /** Its place in the delivery, from 0. */
  readonly position: number;
  /** In ISO 8601. */
  readonly published: string;
  /** Whether it was delivered or fetched. */
  readonly cause: "event" | "catch-up";
  readonly payload: string;
  /** For handlers; null: it deviates from the documents, and is to be read anew, since one of many that do was not compared with them. */
  readonly event: LogEvent | null;
}

/** What became of a delivery. */
export type RecordResult =
  | {
      readonly outcome: "recorded";
      readonly deliveryId: string;
      /** Events seen for the first time, in the delivery's order. */
      readonly newUuids: readonly string[];
      /** Events seen before, and those that came more than once in this delivery. */
      readonly duplicateUuids: readonly string[];
      /** New events that are queued for no handler: see `published-too-long-ago.ts`. */
      readonly tooOldUuids: readonly string[];
      /** The other new events: what the handlers are for. */
      readonly newEvents: readonly NewEvent[];
    }
  /** Not recorded as far as we know. Should it be after all, Okta's retry is a duplicate: no harm. */
  | { readonly outcome: "unavailable"; readonly cause: DatabaseError };

const statement = "select record_delivery($1, $2, $3, $4, $5, $6, $7, $8) as recorded";

/**
 * Records a delivery and those of its events that are new; of an event seen before the first copy stays.
 *
 * An event that can have no row is kept raw with the delivery; it never costs the others theirs.
 * @param options.timeoutMs from this call on: making rows of tens of thousands of events takes some of it
 * @param options.withoutWork no handler is to run for it
 * @returns `unavailable` when the database failed or the time was over
 */
export async function recordDelivery(
  database: Database,
  delivery: Delivery,
  { timeoutMs, withoutWork = false }: { readonly timeoutMs: number; readonly withoutWork?: boolean },
): Promise<RecordResult> {
  const startedAt = performance.now();
  const { rows, events, repeated } = sortEvents(delivery);
  const repeatedUuids = repeated.map(({ event }) => event.uuid);
  const values = [
    ...deliveryValues(delivery, { repeated, withoutWork }),
    repeatedUuids,
    cells(rows),
    rows.map(({ payload }) => payload).join(""),
  ];
  const leftMs = Math.max(0, timeoutMs - (performance.now() - startedAt));
  try {
    const result = await database.query<{ recorded: [deliveryId: string, ...newUuids: string[]] }>(
      statement,
      values,
      { timeoutMs: leftMs },
    );
    const recorded = result.rows[0]?.recorded;
    if (!Array.isArray(recorded)) throw new DatabaseError("UNKNOWN");
    const [deliveryId, ...newUuids] = recorded;
    const isNew = new Set(newUuids);
    const inOrder = rows.toSorted((a, b) => Number(a.position) - Number(b.position));
    const uuids = inOrder.map(({ uuid }) => uuid);
    const tooOld = new Set(inOrder.filter((row) => isTooOld(row, delivery.receivedAt)));
    const ofNew = inOrder.filter((row) => isNew.has(row.uuid));
    return {
      outcome: "recorded",
      deliveryId,
      tooOldUuids: ofNew.filter((row) => tooOld.has(row)).map(({ uuid }) => uuid),
      newEvents: ofNew.flatMap((row): NewEvent[] => {
        const readable = events.get(row.uuid);
        if (readable === undefined || tooOld.has(row)) return [];
        const { uuid, eventType, published, payload } = row;
        const event = readable.schemaDeviations.length === 0 ? readable.event : null;
        const cause = delivery.origin.by === "system-log" ? "catch-up" : "event";
        return [{ uuid, eventType, position: Number(row.position), published, cause, payload, event }];
      }),
      newUuids: uuids.filter((uuid) => isNew.has(uuid)),
      duplicateUuids: [...uuids.filter((uuid) => !isNew.has(uuid)), ...repeatedUuids],
    };
  } catch (error) {
    if (error instanceof DatabaseError) return { outcome: "unavailable", cause: error };
    throw error;
  }
}

/**
 * Each event once, sorted by `uuid`: deliveries that share events then wait for each other's rows in the same order, and
 * none of them has to be ended as a deadlock.
 */
function sortEvents(delivery: Delivery) {
  const first = new Map<string, ReadableEvent>();
  const repeated: ReadableEvent[] = [];
  for (const readable of delivery.events) {
    if (first.has(readable.event.uuid)) repeated.push(readable);
    else first.set(readable.event.uuid, readable);
  }
  const rows = [...first.values()].map(eventRow).sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
  return { rows, events: first, repeated };
}

function isTooOld(row: EventRow, receivedAt: Date): boolean {
  const names = [row.actorId, row.actorLogin, row.actorName, row.targetId, row.targetLogin, row.targetName];
  const namesSomebody = names.some((name) => name !== null);
  return publishedTooLongAgo({ published: new Date(row.published), receivedAt, namesSomebody });
}

/** The delivery's own values: its short columns as one array, in the order of `in_facts`, then its long ones. */
function deliveryValues(
  delivery: Delivery,
  { repeated, withoutWork }: { readonly repeated: readonly ReadableEvent[]; readonly withoutWork: boolean },
): unknown[] {
  const { receivedAt, eventId, hookId, origin, unreadable } = delivery;
  const facts = [
    receivedAt.toISOString(),
    eventId && storable(eventId, 256),
    hookId && storable(hookId, 256),
    origin.by,
    ...hookdeckFacts(origin),
    String(countUnreadable(unreadable)),
    `{${repeated.map(({ position }) => position).join()}}`,
    // What was fetched by hand counts as queued: no handler runs for it by surprise.
    withoutWork ? "without work" : null,
  ];
  return [
    facts,
    storable(JSON.stringify(delivery.headers)),
    storable(delivery.envelope),
    listColumn(delivery.schemaDeviations),
    unreadable.length === 0 ? null : storable(JSON.stringify(unreadable.map(kept))),
  ];
}

/** How an unreadable event stands in its column. */
const kept = ({ position, json, problems }: UnreadableEvent) => ({ position, json, problems });

function hookdeckFacts(origin: Origin): (string | null)[] {
  if (origin.by !== "hookdeck") return [null, null, null];
  const { eventId, attempt, url } = origin;
  const isSmall = Number.isInteger(attempt) && attempt >= 0 && attempt < 1_000_000;
  return [storable(eventId, 256), isSmall ? String(attempt) : null, url && storable(url, 2048)];
}

/**
 * The events' columns, one after the other, in the order of `in_cells`; last, where in the bytes of all payloads each event's
 * own begins (from 1) and how many it has.
 */
function cells(rows: readonly EventRow[]): (string | null)[] {
  const column = (field: keyof EventRow) => rows.map((row) => row[field]);
  const sizes = rows.map(({ payload }) => Buffer.byteLength(payload));
  let next = 1;
  const starts = sizes.map((size) => {
    const start = next;
    next += size;
    return start;
  });
  return [
    ...column("uuid"),
    ...column("position"),
    ...column("published"),
    ...column("eventType"),
    ...column("actorId"),
    ...column("actorLogin"),
    ...column("actorName"),
    ...column("targetId"),
    ...column("targetLogin"),
    ...column("targetName"),
    ...column("outcome"),
    ...column("severity"),
    ...column("schemaDeviations"),
    ...starts.map(String),
    ...sizes.map(String),
  ];
}
