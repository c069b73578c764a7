import { outlineJson } from "../../hook/json-text.ts";
import { MAX_BODY_BYTES } from "../../hook/read-body.ts";
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/**
 * Puts the body of a delivery together again: the text around its events, then each event as it is stored. What came before stands last,
 * as it was first received; what has no payload any more is left out, and so is what would make the body larger than one may be.
 * @returns null: there is no such call, or the text around its events is gone with a person who was forgotten
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findBody(database: Database, id: string): Promise<string | null> {
  const limit = { timeoutMs: QUERY_TIMEOUT_MS };
  const deliveries = await database.query<DeliveryRow>(
    "select envelope, unreadable, duplicate_uuids from deliveries where id = $1::bigint and origin <> 'system-log'",
    [id],
    limit,
  );
  const [delivery] = deliveries.rows;
  if (!delivery || delivery.envelope === null) return null;
  const { envelope, unreadable, duplicate_uuids: duplicates } = delivery;
  const events = await database.query<Piece>(
    `select place, case when bytes <= $3 then payload end as text from (
       select *, sum(octet_length(payload)) over (order by place) as bytes from (
         select position as place, payload from events where delivery_id = $1::bigint
         union all
         select ${BEHIND} + number, payload from unnest($2::text[]) with ordinality as again (uuid, number)
         cross join lateral (select payload from events where events.uuid = again.uuid collate "C" limit 1) first_copy
       ) events_of_it
     ) measured where payload is not null`,
    [id, duplicates, MAX_BODY_BYTES - Buffer.byteLength(envelope)],
    limit,
  );
  const raw: readonly UnreadableText[] = unreadable === null ? [] : JSON.parse(unreadable);
  const pieces = [...events.rows, ...raw.map(({ position, json }) => ({ place: position, text: json }))]
    .toSorted((one, other) => one.place - other.place)
    .flatMap(({ text }) => text ?? []);
  const { listStart } = outlineJson(envelope, Number.POSITIVE_INFINITY);
  return envelope.slice(0, listStart) + pieces.join(",") + envelope.slice(listStart);
}

/** A place behind every event of a body. */
const BEHIND = 1_000_000_000;

interface DeliveryRow {
  readonly envelope: string | null;
  readonly unreadable: string | null;
  readonly duplicate_uuids: readonly string[];
}

interface Piece {
  readonly place: number;
  /** Null: all together are too large. */
  readonly text: string | null;
}

/** How an unreadable event is kept; the last one can hold several. */
interface UnreadableText {
  readonly position: number;
  readonly json: string;
}
