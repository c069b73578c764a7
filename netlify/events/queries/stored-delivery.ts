/** A delivery as lists show it. */
import { readParty, type StoredEvent } from "./stored-event.ts";

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

/** A delivery can bring thousands of events: what is told of them in a list is told of the first of them. */
const MAX_SCANNED_EVENTS = 100;
const MAX_TYPES = 20;

/**
 * The statement that selects what `readStoredDelivery` reads.
 * @param deliveries a list of `deliveries` rows, e.g. `deliveries` itself or a sub-select
 * @param more further columns of `d`
 */
export function selectDeliveries(deliveries: string, more = ""): string {
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
export interface DeliveryColumns {
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
export function readStoredDelivery(row: DeliveryColumns): StoredDelivery {
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
