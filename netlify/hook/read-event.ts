/**
 * Reads one element of `data.events`, at two depths: what a row and a handler cannot do without (else it is unreadable),
 * and the documented shape (else it is readable all the same, and what departed is named).
 */
import type * as z from "zod/mini";
import { toDotPath } from "zod/v4/core";
import { isStorable } from "../base/storable.ts";
import { coerceEvent } from "./coerce-event.ts";
import { MAX_EVENT_TYPE_LENGTH, MAX_UUID_LENGTH } from "./delivery.ts";
import { type LogEvent, logEvent } from "./log-event.ts";
import { readPublished } from "./read-published.ts";
import { withBudget } from "./schema-parts.ts";

/** So many departures are named: a hostile event could have millions. */
const MAX_LISTED = 20;

const NOT_COMPARED = "the event: not compared with the documents, since those before it depart too often";

/** What an element turned out to be. Departures and problems name paths and expectations, never values. */
export type EventReading =
  | {
      readonly readable: true;
      readonly event: LogEvent;
      readonly published: Date;
      readonly schemaDeviationCount: number;
      /** The first of them in words. */
      readonly schemaDeviations: string[];
    }
  | { readonly readable: false; readonly problems: string[] };

/**
 * Reads a parsed element of `data.events`.
 * @param value what `JSON.parse` made of it; it is not changed.
 * @param compare whether to compare it with the documented shape. If not, the event has its three keys only and one departure
 * says so.
 */
export function readEvent(value: unknown, { compare = true } = {}): EventReading {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { readable: false, problems: ["must be an object"] };
  }
  const { uuid, eventType, published } = value as Record<string, unknown>;
  const instant = typeof published === "string" ? readPublished(published) : null;
  const problems = [
    ...checkKey("uuid", uuid, MAX_UUID_LENGTH),
    ...checkKey("eventType", eventType, MAX_EVENT_TYPE_LENGTH),
    ...(instant === null ? ["published: must be a time such as 2026-01-31T12:00:00.000Z"] : []),
  ];
  if (instant === null || problems.length > 0) return { readable: false, problems };

  const readable = { readable: true, published: instant } as const;
  if (!compare) {
    const event = { uuid, eventType, published } as LogEvent;
    return { ...readable, event, schemaDeviationCount: 1, schemaDeviations: [NOT_COMPARED] };
  }
  const result = withBudget(() => logEvent.safeParse(value));
  const issues = result.error?.issues ?? [];
  // Not zod's copy: the value keeps the fields that no document names.
  const event = (result.success ? value : coerceEvent(value, issues)) as LogEvent;
  return {
    ...readable,
    event,
    schemaDeviationCount: issues.length,
    schemaDeviations: describe(issues),
  };
}

/** A key must fit its column, and be text that a database and a URL can carry. */
function checkKey(name: string, value: unknown, maxLength: number): string[] {
  if (value === undefined || value === null || value === "") return [`${name}: is missing`];
  if (typeof value !== "string") return [`${name}: must be a string`];
  if (value.length > maxLength) return [`${name}: must not be longer than ${maxLength} characters`];
  if (!isStorable(value)) return [`${name}: must be well-formed text without NUL`];
  return [];
}

function describe(issues: readonly z.core.$ZodIssue[]): string[] {
  const lines = issues
    .slice(0, MAX_LISTED)
    .map((issue) => `${toDotPath(issue.path)}: ${expectationOf(issue)}`);
  const more = issues.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`;
    // Our own words: see `boundedList`.
    case "custom":
      return issue.message;
    default:
      return "not a documented value";
  }
}
