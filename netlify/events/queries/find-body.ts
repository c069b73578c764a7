/**
 * The body of a delivery, put together again of what is stored. Only its SHA-256 tells whether it is the body that came; where it is
 * not, what is stored tells why.
 */
import { hash } from "node:crypto";
import { type BodyPiece, joinBody, MAX_UNEVEN_GAPS } from "../../hook/body-parts.ts";
import { MAX_BODY_BYTES } from "../../hook/read-body.ts";
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** Why a body is not known to be the one that came. */
export type BodyDoubt =
  /** Fetched from the System Log. */
  | { readonly kind: "no-call" }
  /** The SHA-256 was never kept, or was taken away with a payload. */
  | { readonly kind: "hash-not-kept" | "hash-taken-away" }
  | { readonly kind: "envelope-forgotten" }
  /** Events of which nothing is stored any more. They are left out. */
  | { readonly kind: "payloads-gone"; readonly count: number }
  /** Events that no longer fit: the first copies of what came again can be larger than what came. They are left out. */
  | { readonly kind: "too-large"; readonly count: number }
  /** The first copy of an event stands for what came again, and may differ. */
  | { readonly kind: "first-copies"; readonly count: number }
  | { readonly kind: "unreadable-without-places" | "gaps-not-kept" | "not-utf-8" | "unexplained" };

/** A body, as far as it can be put together. */
export interface StoredBody {
  /** Null: there is nothing to put together. */
  readonly text: string | null;
  /** Its SHA-256 is the one that was kept of the bytes that came. */
  readonly asItCame: boolean;
  /** None where it is as it came. */
  readonly doubts: readonly BodyDoubt[];
}

/** More is not read: a body has half of it at most. */
const MAX_PAYLOAD_BYTES = 2 * MAX_BODY_BYTES;

/** `TextDecoder` takes it away: https://encoding.spec.whatwg.org/#bom-sniff */
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Puts the body of a delivery together; null: there is no such delivery.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findBody(database: Database, id: string): Promise<StoredBody | null> {
  const limit = { timeoutMs: QUERY_TIMEOUT_MS };
  const { rows } = await database.query<DeliveryRow>(
    `select origin, envelope, event_gaps, encode(body_sha256, 'hex') as sha256, unreadable, unreadable_count, event_count,
       new_count, duplicate_uuids from deliveries where id = $1::bigint`,
    [id],
    limit,
  );
  const [delivery] = rows;
  if (!delivery) return null;
  if (delivery.origin === "system-log") return { text: null, asItCame: false, doubts: [{ kind: "no-call" }] };
  if (delivery.envelope === null) {
    return { text: null, asItCame: false, doubts: [{ kind: "envelope-forgotten" }] };
  }
  const events = await database.query<EventRow>(
    `select uuid, own, position, case when bytes <= $3 then payload end as payload, payload is null as gone from (
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
  readonly sha256: string | null;
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
  readonly gone: boolean;
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
  const left = { gone: delivery.new_count - own.length, tooLarge: 0 };
  for (const { event, position } of [
    ...own.map((event) => ({ event, position: event.position })),
    ...copies,
  ]) {
    if (event === undefined || event.gone) left.gone += 1;
    else if (event.payload === null) left.tooLarge += 1;
    else pieces.push({ position, text: event.payload });
  }
  pieces.sort((one, other) => one.position - other.position);

  const gaps = delivery.event_gaps === null ? null : JSON.parse(delivery.event_gaps);
  const text = pieces.length === 0 ? envelope : joinBody({ envelope, gaps }, pieces);
  if (text === null) return { text, asItCame: false, doubts: [{ kind: "unexplained" }] };
  for (const candidate of [text, BYTE_ORDER_MARK + text]) {
    if (hash("sha256", candidate) === delivery.sha256) return { text: candidate, asItCame: true, doubts: [] };
  }
  return { text, asItCame: false, doubts: doubtsOf(delivery, { ...left, text, kept: unreadable.length }) };
}

/** What surely changed the body; only where nothing did, what may have. */
function doubtsOf(
  { sha256, event_count, unreadable_count, event_gaps, duplicate_uuids }: DeliveryRow,
  found: {
    readonly text: string;
    readonly gone: number;
    readonly tooLarge: number;
    /** Unreadable events that have a place of their own. */
    readonly kept: number;
  },
): BodyDoubt[] {
  const sure: BodyDoubt[] = [];
  if (sha256 === null) sure.push({ kind: "hash-not-kept" });
  if (sha256 === "") sure.push({ kind: "hash-taken-away" });
  if (found.gone > 0) sure.push({ kind: "payloads-gone", count: found.gone });
  if (found.tooLarge > 0) sure.push({ kind: "too-large", count: found.tooLarge });
  if (unreadable_count > found.kept) sure.push({ kind: "unreadable-without-places" });
  if (sure.length > 0) return sure;
  const likely: BodyDoubt[] = [];
  if (duplicate_uuids.length > 0) likely.push({ kind: "first-copies", count: duplicate_uuids.length });
  if (event_gaps === null && event_count > MAX_UNEVEN_GAPS) likely.push({ kind: "gaps-not-kept" });
  if (found.text.includes("\uFFFD")) likely.push({ kind: "not-utf-8" });
  return likely.length > 0 ? likely : [{ kind: "unexplained" }];
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
