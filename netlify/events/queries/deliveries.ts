/** Deliveries: one, a page of them, what is new. Each statement selects what `readStoredDelivery` reads. */
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { readListColumn } from "../record/list-column.ts";
import type { EventSearch } from "./event-search.ts";
import { readParty, type StoredEvent } from "./events.ts";
import { type EventPaging, type EventPlace, listEvents } from "./list-events.ts";

const limit = { timeoutMs: QUERY_TIMEOUT_MS };

/** A delivery without its texts. */
export interface StoredDelivery {
  readonly id: string;
  readonly receivedAt: Date;
  readonly eventId: string | null;
  readonly hookId: string | null;
  readonly origin: string;
  readonly hookdeck: {
    readonly eventId: string;
    readonly attempt: number | null;
    readonly url: string | null;
  } | null;
  readonly eventCount: number;
  readonly newCount: number;
  readonly duplicateCount: number;
  readonly unreadableCount: number;
  readonly eventTypes: readonly string[];
  /** What its first event is about, new or seen before; null: no event of it could be read. */
  readonly first: Pick<StoredEvent, "eventType" | "actor" | "target" | "outcome"> | null;
  readonly tookMs: number | null;
  readonly hasSchemaDeviations: boolean;
}

/** A delivery can bring thousands of events: a list shows the first of them. */
const MAX_SCANNED_EVENTS = 100;
const MAX_TYPES = 20;

/**
 * The statement that selects what `readStoredDelivery` reads.
 * @param deliveries a list of `deliveries` rows, e.g. `deliveries` itself or a sub-select
 * @param more further columns of `d`
 */
function selectDeliveries(deliveries: string, more = ""): string {
  return `select d.id, d.received_at, d.event_id, d.hook_id, d.origin, d.hookdeck_event_id, d.hookdeck_attempt,
      d.hookdeck_url, d.event_count, d.new_count, cardinality(d.duplicate_uuids) as duplicate_count,
      d.unreadable_count, d.answer_ms, types.event_types, d.schema_deviations is not null as envelope_departed,
      types.departed as events_departed, first.event_type as first_type, first.actor_id, first.actor_login,
      first.actor_name, first.target_id, first.target_login, first.target_name, first.outcome${more}
    from ${deliveries} d cross join lateral (
      select array_agg(distinct event_type) as event_types, bool_or(departed) as departed from (
        (select event_type, schema_deviations is not null as departed from events where delivery_id = d.id
          limit ${MAX_SCANNED_EVENTS})
        union all
        (select event_type, schema_deviations is not null from events
          where uuid = any(d.duplicate_uuids[1:${MAX_SCANNED_EVENTS}]))
      ) events_of_it
    ) types left join lateral (
      select * from (
        (select * from events where delivery_id = d.id limit ${MAX_SCANNED_EVENTS})
        union all
        (select * from events where uuid = d.duplicate_uuids[1])
      ) events_of_it order by delivery_id = d.id desc, position limit 1
    ) first on true
    order by d.id desc`;
}

/** A row of `selectDeliveries`. */
interface DeliveryColumns {
  readonly id: string;
  readonly received_at: Date | string;
  readonly event_id: string | null;
  readonly hook_id: string | null;
  readonly origin: string;
  readonly hookdeck_event_id: string | null;
  readonly hookdeck_attempt: number | null;
  readonly hookdeck_url: string | null;
  readonly event_count: number;
  readonly new_count: number;
  readonly duplicate_count: number;
  readonly unreadable_count: number;
  readonly answer_ms: number | null;
  readonly event_types: readonly string[] | null;
  readonly first_type: string | null;
  readonly actor_id: string | null;
  readonly actor_login: string | null;
  readonly actor_name: string | null;
  readonly target_id: string | null;
  readonly target_login: string | null;
  readonly target_name: string | null;
  readonly outcome: string | null;
  readonly envelope_departed: boolean;
  readonly events_departed: boolean | null;
}

/** Reads a row of `selectDeliveries`. */
function readStoredDelivery(row: DeliveryColumns): StoredDelivery {
  return {
    id: String(row.id),
    receivedAt: new Date(row.received_at),
    eventId: row.event_id,
    hookId: row.hook_id,
    origin: row.origin,
    hookdeck:
      row.hookdeck_event_id === null
        ? null
        : { eventId: row.hookdeck_event_id, attempt: row.hookdeck_attempt, url: row.hookdeck_url },
    eventCount: row.event_count,
    newCount: row.new_count,
    duplicateCount: row.duplicate_count,
    unreadableCount: row.unreadable_count,
    eventTypes: (row.event_types ?? []).slice(0, MAX_TYPES),
    first:
      row.first_type === null
        ? null
        : {
            eventType: row.first_type,
            actor: readParty(row.actor_id, row.actor_login, row.actor_name),
            target: readParty(row.target_id, row.target_login, row.target_name),
            outcome: row.outcome,
          },
    tookMs: row.answer_ms,
    hasSchemaDeviations: row.envelope_departed || row.events_departed === true || row.unreadable_count > 0,
  };
}

/** A delivery with its texts, but without the events that have rows of their own. */
export interface WholeDelivery extends StoredDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly envelope: string;
  readonly schemaDeviations: readonly string[];
  readonly unreadable: readonly {
    readonly position: number;
    readonly json: string;
    readonly problems: readonly string[];
  }[];
  readonly duplicateUuids: readonly string[];
}

/**
 * Finds a delivery by its id; null: there is none.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findDelivery(database: Database, id: string): Promise<WholeDelivery | null> {
  const { rows } = await database.query<DeliveryColumns & DeliveryTexts>(
    selectDeliveries(
      "(select * from deliveries where id = $1::bigint)",
      ", d.headers, d.envelope, d.schema_deviations, d.unreadable, d.duplicate_uuids",
    ),
    [id],
    limit,
  );
  const [row] = rows;
  if (!row) return null;
  return {
    ...readStoredDelivery(row),
    headers: JSON.parse(row.headers),
    envelope: row.envelope ?? "",
    schemaDeviations: readListColumn(row.schema_deviations),
    unreadable: row.unreadable === null ? [] : JSON.parse(row.unreadable),
    duplicateUuids: row.duplicate_uuids,
  };
}

interface DeliveryTexts {
  readonly headers: string;
  readonly envelope: string | null;
  readonly schema_deviations: string | null;
  readonly unreadable: string | null;
  readonly duplicate_uuids: readonly string[];
}

/** No index knows Okta's and Hookdeck's ids: the latest deliveries are looked through. */
const MAX_SCANNED_ROWS = 2_000;

/**
 * Finds a delivery by its number, or a late one by its id at Okta or at Hookdeck; null: there is none.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findDeliveryNamed(
  database: Database,
  name: string,
): Promise<{ readonly id: string; readonly receivedAt: Date } | null> {
  const number = /^[1-9]\d{0,17}$/.test(name) ? name : null;
  const { rows } = await database.query<{ id: string; received_at: Date | string }>(
    `(select id, received_at from deliveries where id = $1::bigint)
     union all
     (select id, received_at from (
        select id, received_at, event_id, hookdeck_event_id from deliveries order by id desc limit ${MAX_SCANNED_ROWS}
      ) latest where $2 in (event_id, hookdeck_event_id) limit 1)`,
    [number, name],
    limit,
  );
  const [row] = rows;
  return row === undefined ? null : { id: String(row.id), receivedAt: new Date(row.received_at) };
}

/** More are not looked at: previews alone are rarely that many. */
const MAX_SCANNED_FOR_LAST = 1000;

/**
 * Finds when Okta itself delivered last, direct or through Hookdeck; null: not among the newest 1,000 deliveries.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findLastDelivery(database: Database): Promise<Date | null> {
  const { rows } = await database.query<{ received_at: Date | string }>(
    `select received_at from (
       select id, received_at, origin from deliveries order by id desc limit ${MAX_SCANNED_FOR_LAST}
     ) newest where origin in ('okta', 'hookdeck') order by id desc limit 1`,
    [],
    limit,
  );
  const [row] = rows;
  return row === undefined ? null : new Date(row.received_at);
}

/** Which page: those recorded before the delivery `before`, or the newest. */
export interface DeliveryPaging {
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * Lists deliveries, the last recorded first; one more than `limit` says that there is a further page.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listDeliveries(
  database: Database,
  { before, limit: most }: DeliveryPaging,
): Promise<{ deliveries: StoredDelivery[]; next: string | null }> {
  const { rows } = await database.query<DeliveryColumns>(
    selectDeliveries(
      "(select * from deliveries where $1::bigint is null or id < $1::bigint order by id desc limit $2)",
    ),
    [before ?? null, most + 1],
    limit,
  );
  const deliveries = rows.slice(0, most).map(readStoredDelivery);
  return { deliveries, next: rows.length > most ? (deliveries.at(-1)?.id ?? null) : null };
}

/**
 * Lists the deliveries that brought an event which fits a search, the one whose event was published last first. One page is
 * the deliveries of one page of events, so a delivery of many events can be on several: match by id.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listMatchingDeliveries(
  database: Database,
  search: EventSearch,
  paging: EventPaging,
): Promise<{ deliveries: StoredDelivery[]; next: EventPlace | null }> {
  const { events, next } = await listEvents(database, search, paging);
  const ids = [...new Set(events.map(({ deliveryId }) => deliveryId))];
  if (ids.length === 0) return { deliveries: [], next };
  const { rows } = await database.query<DeliveryColumns>(
    selectDeliveries(`(
      select found.* from unnest($1::bigint[]) wanted (id)
      cross join lateral (select * from deliveries where id = wanted.id limit 1) found)`),
    [ids],
    limit,
  );
  const deliveries = rows
    .map(readStoredDelivery)
    .sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
  return { deliveries, next };
}

/** What is asked. */
export interface NewDeliveriesQuery {
  /** The highest id that was listed before. */
  readonly after: string;
  /** Younger ones than this are listed again: their answer's time comes later, and ids are not recorded in their order. */
  readonly againSince: Date;
  /** Listed again whatever their age: their state is being watched. */
  readonly watched: readonly string[];
  readonly limit: number;
}

/** What is new, newest first. `more`: there may be others in between. */
export interface NewDeliveries {
  readonly deliveries: StoredDelivery[];
  /** The highest id but for those watched; null: nothing is new. */
  readonly newest: string | null;
  readonly more: boolean;
}

/** How far ids can be out of order: recordings at the same time. */
const ID_SLACK = 1000;

/**
 * Lists the deliveries recorded since a delivery. In a store that was emptied since, all are new.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listNewDeliveries(
  database: Database,
  { after, againSince, watched, limit: most }: NewDeliveriesQuery,
): Promise<NewDeliveries> {
  const { rows } = await database.query<DeliveryColumns & { young: boolean }>(
    selectDeliveries(
      `(with young as (
          select deliveries.* from (
            select case when coalesce((select max(id) from deliveries), 0) < $1::bigint then 0 else $1::bigint end as id
          ) told
          join deliveries on deliveries.id > told.id - ${ID_SLACK}
            and (deliveries.id > told.id or deliveries.received_at >= $2)
          order by deliveries.id desc limit $3
        )
        select *, true as young from young
        union all
        select *, false from deliveries
        where id = any($4::bigint[]) and id <> all(array(select id from young)))`,
      ", d.young",
    ),
    [after, againSince.toISOString(), most + 1, watched],
    limit,
  );
  const young = rows.filter((row) => row.young);
  const more = young.length > most;
  const left = more ? young.at(-1) : undefined;
  const newest = young[0]?.id;
  return {
    deliveries: rows.filter((row) => row !== left).map(readStoredDelivery),
    newest: newest === undefined ? null : String(newest),
    more,
  };
}
