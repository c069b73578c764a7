/**
 * An event as its row: what the inspector searches and lists by, taken from the event. The event itself is kept whole
 * beside it, so nothing here needs to be complete, but everything must be storable.
 */

import { storable } from "../../base/storable.ts";
import { MAX_EVENT_TYPE_LENGTH, type ReadableEvent } from "../../hook/delivery.ts";
import { listColumn } from "./list-column.ts";

/** Longer ids, logins and names are cut in these columns; an index entry must stay under Postgres's 2,704 bytes. */
const MAX_COLUMN_LENGTH = MAX_EVENT_TYPE_LENGTH;

/** What a row of `events` takes from its event. */
export interface EventRow {
  readonly uuid: string;
  readonly position: string;
  readonly published: string;
  readonly eventType: string;
  readonly actorId: string | null;
  readonly actorLogin: string | null;
  readonly actorName: string | null;
  readonly targetId: string | null;
  readonly targetLogin: string | null;
  readonly targetName: string | null;
  readonly outcome: string | null;
  readonly severity: string | null;
  readonly schemaDeviations: string | null;
  readonly payload: string;
}

/** Takes the row from an event. */
export function eventRow({ event, json, position, published, schemaDeviations }: ReadableEvent): EventRow {
  const target = mainTarget(event.target);
  return {
    uuid: event.uuid,
    position: String(position),
    published: published.toISOString(),
    eventType: event.eventType,
    actorId: column(event.actor, "id"),
    actorLogin: column(event.actor, "alternateId"),
    actorName: column(event.actor, "displayName"),
    targetId: column(target, "id"),
    targetLogin: column(target, "alternateId"),
    targetName: column(target, "displayName"),
    outcome: column(event.outcome, "result"),
    severity: column(event, "severity"),
    schemaDeviations: listColumn(schemaDeviations),
    payload: storable(json),
  };
}

/**
 * The one of `target` to list by: the first user, else the first of all. Okta's targets have no order that means
 * anything; an event about a user names the user and, say, the group or the app.
 */
function mainTarget(targets: unknown): unknown {
  if (!Array.isArray(targets)) return undefined;
  return targets.find((target) => isObject(target) && target.type === "User") ?? targets[0];
}

function column(parent: unknown, field: string): string | null {
  const value = isObject(parent) ? parent[field] : undefined;
  return typeof value === "string" ? storable(value, MAX_COLUMN_LENGTH) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
