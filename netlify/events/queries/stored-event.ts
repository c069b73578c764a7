/** An event as lists show it: the columns of its row, without its payload. */
import { publishedTooLongAgo } from "../record/published-too-long-ago.ts";

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
