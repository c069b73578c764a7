/** The body of a delivery, put together again of what is stored. */
import { type BodyPiece, joinBody } from "../../hook/body-parts.ts";
import { MAX_BODY_BYTES } from "../../hook/read-body.ts";
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** A body, as far as it can be put together. */
export interface StoredBody {
  /** Null: there was no call (the events were fetched from the System Log), or the envelope is gone with a person who was forgotten. */
  readonly text: string | null;
  readonly isFromSystemLog: boolean;
  /** Events that are left out: nothing is stored of them any more, or all together are too large. */
  readonly missing: number;
  /** Events that came before, and stand here as they were first received. */
  readonly firstCopies: number;
}

/** More is not read: a body has half of it at most. */
const MAX_PAYLOAD_BYTES = 2 * MAX_BODY_BYTES;

/**
 * Puts the body of a delivery together; null: there is no such delivery.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findBody(database: Database, id: string): Promise<StoredBody | null> {
  const limit = { timeoutMs: QUERY_TIMEOUT_MS };
  const { rows } = await database.query<DeliveryRow>(
    `select origin, envelope, event_gaps, unreadable, unreadable_count, event_count, new_count, duplicate_uuids from deliveries where id = $1::bigint`,
    [id],
    limit,
  );
  const [delivery] = rows;
  if (!delivery) return null;
  const isFromSystemLog = delivery.origin === "system-log";
  if (isFromSystemLog || delivery.envelope === null) {
    return { text: null, isFromSystemLog, missing: 0, firstCopies: 0 };
  }
  const events = await database.query<EventRow>(
    `select uuid, own, position, case when bytes <= $3 then payload end as payload from (
       select *, sum(octet_length(payload)) over (order by own desc, position, uuid) as bytes from (
         select uuid, true as own, position, payload from events where delivery_id = $1::bigint
         union all
         select uuid, false, position, payload from events where uuid = any($2::text[]) and delivery_id <> $1::bigint
       ) events_of_it
     ) measured`,
    [id, delivery.duplicate_uuids, MAX_PAYLOAD_BYTES],
    limit,
  );
  return bodyOf(delivery, delivery.envelope, events.rows);
}

interface DeliveryRow {
  readonly origin: string;
  readonly envelope: string | null;
  readonly event_gaps: string | null;
  readonly unreadable: string | null;
  readonly unreadable_count: number;
  readonly event_count: number;
  readonly new_count: number;
  readonly duplicate_uuids: readonly string[];
}

interface EventRow {
  readonly uuid: string;
  /** Whether this delivery brought it first. */
  readonly own: boolean;
  readonly position: number;
  readonly payload: string | null;
}

function bodyOf(delivery: DeliveryRow, envelope: string, events: readonly EventRow[]): StoredBody {
  const unreadable: readonly UnreadableText[] =
    delivery.unreadable === null ? [] : JSON.parse(delivery.unreadable);
  const own = events.filter((event) => event.own);
  const byUuid = new Map(events.map((event) => [event.uuid, event]));
  const copies = placeCopies(delivery, unreadable, own).map(({ uuid, position }) => ({
    event: byUuid.get(uuid),
    position,
  }));
  const pieces: BodyPiece[] = unreadable.map(({ position, json }) => ({ position, text: json }));
  // Of a delivery that retention kept for its work's sake some events can be gone altogether.
  let missing = delivery.new_count - own.length;
  for (const { event, position } of [
    ...own.map((event) => ({ event, position: event.position })),
    ...copies,
  ]) {
    if (event === undefined || event.payload === null) missing += 1;
    else pieces.push({ position, text: event.payload });
  }
  pieces.sort((one, other) => one.position - other.position);

  const gaps = delivery.event_gaps === null ? null : JSON.parse(delivery.event_gaps);
  const text = pieces.length === 0 ? envelope : joinBody({ envelope, gaps }, pieces);
  return { text, isFromSystemLog: false, missing, firstCopies: delivery.duplicate_uuids.length };
}

/** How an unreadable event is kept; the last one can hold several. */
interface UnreadableText {
  readonly position: number;
  readonly json: string;
}

/** What came again has the places that the others leave free, in its order. */
function placeCopies(
  { event_count, unreadable_count, duplicate_uuids }: DeliveryRow,
  unreadable: readonly UnreadableText[],
  own: readonly EventRow[],
): { uuid: string; position: number }[] {
  if (duplicate_uuids.length === 0) return [];
  const taken = new Set(own.map(({ position }) => position));
  for (const { position } of unreadable) taken.add(position);
  // As if the several that are kept as one text stood side by side.
  const last = unreadable.at(-1)?.position ?? 0;
  for (let more = unreadable_count - unreadable.length; more > 0; more -= 1) taken.add(last + more);
  const free: number[] = [];
  for (let place = 0; place < event_count && free.length < duplicate_uuids.length; place += 1) {
    if (!taken.has(place)) free.push(place);
  }
  return duplicate_uuids.map((uuid, index) => ({ uuid, position: free[index] ?? event_count }));
}
