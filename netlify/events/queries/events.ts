/** Events by their keys: what a list shows of one, and one whole. `list-events.ts` searches them. */
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { readListColumn } from "../record/list-column.ts";
import { publishedTooLongAgo } from "../record/published-too-long-ago.ts";
import { prefixRange } from "./prefix-range.ts";

const limit = { timeoutMs: QUERY_TIMEOUT_MS };

/** Who did it, or whom it was done to, as far as Okta said. */
export interface StoredParty {
  readonly id: string | null;
  readonly login: string | null;
  readonly name: string | null;
}

/** An event without its payload. */
export interface StoredEvent {
  readonly uuid: string;
  readonly deliveryId: string;
  readonly published: Date;
  readonly receivedAt: Date;
  readonly eventType: string;
  readonly actor: StoredParty | null;
  readonly target: StoredParty | null;
  readonly outcome: string | null;
  readonly severity: string | null;
  readonly hasSchemaDeviations: boolean;
  readonly payloadKept: boolean;
  /** Whether it was queued for no handler for its age: see `published-too-long-ago.ts`. The mark goes with the payload. */
  readonly tooOld: boolean;
}

/** What a statement selects from `events` for `readStoredEvent`. */
export const eventColumns = `uuid, delivery_id, published, received_at, event_type, actor_id, actor_login, actor_name,
  target_id, target_login, target_name, outcome, severity, schema_deviations is not null as has_schema_deviations,
  payload is not null as payload_kept`;

/** A row of `eventColumns`. */
export interface EventColumns {
  readonly uuid: string;
  readonly delivery_id: string;
  readonly published: Date | string;
  readonly received_at: Date | string;
  readonly event_type: string;
  readonly actor_id: string | null;
  readonly actor_login: string | null;
  readonly actor_name: string | null;
  readonly target_id: string | null;
  readonly target_login: string | null;
  readonly target_name: string | null;
  readonly outcome: string | null;
  readonly severity: string | null;
  readonly has_schema_deviations: boolean;
  readonly payload_kept: boolean;
}

/** Reads a row of `eventColumns`. */
export function readStoredEvent(row: EventColumns): StoredEvent {
  const published = new Date(row.published);
  const receivedAt = new Date(row.received_at);
  const actor = readParty(row.actor_id, row.actor_login, row.actor_name);
  const target = readParty(row.target_id, row.target_login, row.target_name);
  const namesSomebody = actor !== null || target !== null;
  return {
    uuid: row.uuid,
    deliveryId: String(row.delivery_id),
    published,
    receivedAt,
    eventType: row.event_type,
    actor,
    target,
    outcome: row.outcome,
    severity: row.severity,
    hasSchemaDeviations: row.has_schema_deviations,
    payloadKept: row.payload_kept,
    tooOld: publishedTooLongAgo({ published, receivedAt, namesSomebody }),
  };
}

/** Nobody where nothing is known. */
export function readParty(id: string | null, login: string | null, name: string | null): StoredParty | null {
  return id === null && login === null && name === null ? null : { id, login, name };
}

/** An event with its payload. */
export interface WholeEvent extends StoredEvent {
  /** Exactly as it was written; null: past its retention. */
  readonly payload: string | null;
  /** What departed from Okta's documented shape. */
  readonly schemaDeviations: readonly string[];
}

/**
 * Finds an event by its `uuid`; null: there is none.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findEvent(database: Database, uuid: string): Promise<WholeEvent | null> {
  const { rows } = await database.query<
    EventColumns & { payload: string | null; schema_deviations: string | null }
  >(`select ${eventColumns}, payload, schema_deviations from events where uuid = $1`, [uuid], limit);
  const [row] = rows;
  if (!row) return null;
  return {
    ...readStoredEvent(row),
    payload: row.payload,
    schemaDeviations: readListColumn(row.schema_deviations),
  };
}

/**
 * Finds events by their `uuid`, without their payloads. One that is not stored is left out.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findEvents(
  database: Database,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, StoredEvent>> {
  if (uuids.length === 0) return new Map();
  const { rows } = await database.query<EventColumns>(
    `select found.* from unnest($1::text[]) wanted (uuid) cross join lateral (
       select ${eventColumns} from events where uuid = wanted.uuid collate "C" limit 1
     ) found`,
    [[...new Set(uuids)]],
    limit,
  );
  return new Map(rows.map((row) => [row.uuid, readStoredEvent(row)]));
}

/**
 * Finds the `uuid`s that begin like this, in their order: a range of the events' own key.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findUuids(
  database: Database,
  { begin, limit: most }: { readonly begin: string; readonly limit: number },
): Promise<string[]> {
  const { from, below } = prefixRange(begin);
  const { rows } = await database.query<{ uuid: string }>(
    `select uuid from events where uuid >= $1 ${below === null ? "" : "and uuid < $3"} order by uuid limit $2`,
    below === null ? [from, most] : [from, most, below],
    limit,
  );
  return rows.map(({ uuid }) => uuid);
}

/**
 * Lists the events that a delivery brought first, in the order it had them.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listEventsOfDelivery(
  database: Database,
  deliveryId: string,
  { limit: most }: { readonly limit: number },
): Promise<StoredEvent[]> {
  const { rows } = await database.query<EventColumns>(
    `select ${eventColumns} from events where delivery_id = $1 order by position limit $2`,
    [deliveryId, most],
    limit,
  );
  return rows.map(readStoredEvent);
}
