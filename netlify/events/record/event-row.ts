/**
 * An event as its row: what the inspector searches and lists by, taken from the event. The event itself is kept whole
 * beside it, so nothing here needs to be complete, but everything must be storable.
 */
import type { ReadableEvent, UnreadableEvent } from "../../hook/delivery.ts";
import { MAX_EVENT_TYPE_LENGTH, MAX_UUID_LENGTH } from "../../hook/keys.ts";
import { listColumn } from "./list-column.ts";
import { storable } from "./storable.ts";

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
 * Why an event can have no row, were it to slip through the reading of the payload: a last guard, since one value that
 * Postgres refuses would cost every other event of its delivery.
 */
export function whyUnstorable({
  event,
  json,
  position,
  published,
}: ReadableEvent): UnreadableEvent | undefined {
  const problems = [
    ...(isKey(event.uuid, MAX_UUID_LENGTH) ? [] : ["uuid: can not be a key"]),
    ...(isKey(event.eventType, MAX_EVENT_TYPE_LENGTH) ? [] : ["eventType: can not be a key"]),
    // Postgres knows years far beyond these, but writes them in a way that JavaScript does not read.
    ...(published.getTime() >= -62_135_596_800_000 && published.getTime() <= 253_402_300_799_999
      ? []
      : ["published: is not a time between the years 1 and 9999"]),
  ];
  return problems.length > 0 ? { position, json, count: 1, problems } : undefined;
}

function isKey(text: string, maxLength: number): boolean {
  return text.length > 0 && text.length <= maxLength && storable(text) === text;
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
