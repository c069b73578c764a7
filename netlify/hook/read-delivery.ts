/**
 * Reads the body of a POST: is it an Okta event hook, and what does it carry? Strict about the envelope only: Okta never
 * retries a 4xx, so nothing that it may really send is refused.
 * https://developer.okta.com/docs/concepts/event-hooks/#event-hook-delivery
 */
import * as z from "zod/mini";
import { isStorable } from "../base/storable.ts";
import type { Delivery, ReadableEvent, UnreadableEvent } from "./delivery.ts";
import { outlineJson } from "./json-text.ts";
import { readEvent } from "./read-event.ts";

/** Deeper than anything that Okta sends, and far from where recursive code overflows. */
const MAX_JSON_DEPTH = 100;

const EVENT_HOOK = "com.okta.event_hook";
/** Okta's ids have 36 characters. Longer ones would only bloat columns and log lines. */
const MAX_ID_LENGTH = 128;

/** After so many departures in a delivery its other events are not compared with the documented shape. */
const MAX_DEVIATIONS = 10_000;
/** So many unreadable events of a delivery are kept one by one. */
const MAX_SINGLE_UNREADABLE = 100;

/** What makes a body an event hook. */
const eventHook = z.object({
  eventType: z.literal(EVENT_HOOK),
  // Not `z.array`, which would copy two million zeros.
  data: z.object({ events: z.custom<readonly unknown[]>(Array.isArray, { error: "an array" }) }),
});

/** Not `maxLength`: zod runs that on whatever has a `length`, and throws on an object whose `length` is no number. */
const id = z.nullish(
  z.string().check(
    z.refine((text) => text.length <= MAX_ID_LENGTH && isStorable(text), {
      error: `well-formed text of at most ${MAX_ID_LENGTH} characters`,
    }),
  ),
);

/** Read if present: none of it may cost an event. Early documents spell the id `eventID`. */
const particulars = z.object({
  eventTypeVersion: z.nullish(z.string()),
  cloudEventsVersion: z.nullish(z.string()),
  contentType: z.nullish(z.string()),
  eventId: id,
  eventID: id,
  eventTime: z.nullish(z.string()),
  source: z.nullish(z.string()),
});

/** Why a body is no event hook. `problems` name paths and expectations, never values. */
export type UnreadableBody =
  | { readonly outcome: "not-json" }
  | { readonly outcome: "nested-too-deep" }
  | { readonly outcome: "not-an-event-hook"; readonly problems: readonly string[] };

/** What a body turned out to be. */
export type BodyReading =
  | UnreadableBody
  | ({ readonly outcome: "event-hook" } & Omit<Delivery, "receivedAt" | "origin" | "headers" | "body">);

/** Reads a body as text. Never throws, whatever the text. */
export function readDelivery(body: string): BodyReading {
  // Before JSON.parse: what comes after it may recurse, and must never meet a bottomless value.
  const outline = outlineJson(body, MAX_JSON_DEPTH);
  if (outline.depth > MAX_JSON_DEPTH) return { outcome: "nested-too-deep" };
  const value = parse(body);
  if (value === undefined) return { outcome: "not-json" };
  const read = eventHook.safeParse(value);
  if (!read.success) return { outcome: "not-an-event-hook", problems: read.error.issues.map(problemOf) };

  const events: ReadableEvent[] = [];
  const unreadable = collectUnreadable(body);
  let deviationCount = 0;
  read.data.data.events.forEach((element, position) => {
    const start = outline.spans[2 * position];
    const end = outline.spans[2 * position + 1];
    if (start === undefined || end === undefined)
      throw new Error("The outline of the body and its parsed value disagree");
    const reading = readEvent(element, { compare: deviationCount <= MAX_DEVIATIONS });
    if (reading.readable) {
      const { event, published, schemaDeviations, schemaDeviationCount } = reading;
      deviationCount += schemaDeviationCount;
      events.push({ position, json: body.slice(start, end), event, published, schemaDeviations });
    } else {
      unreadable.add(position, start, end, reading.problems);
    }
  });
  return {
    outcome: "event-hook",
    ...readParticulars(value),
    events,
    unreadable: unreadable.list(),
    envelope: body.slice(0, outline.spans[0]) + body.slice(outline.spans.at(-1) ?? body.length),
  };
}

/** The first hundred one by one, the others as one text: two million zeros must not become two million objects. */
function collectUnreadable(body: string) {
  const single: UnreadableEvent[] = [];
  /** Of the others: what stands in the body from one to the next is one piece, as long as none between them is readable. */
  const pieces: { readonly start: number; end: number }[] = [];
  let first = 0;
  let previous = -1;
  let count = 0;
  return {
    add(position: number, start: number, end: number, problems: readonly string[]) {
      if (single.length < MAX_SINGLE_UNREADABLE) {
        single.push({ position, json: body.slice(start, end), count: 1, problems });
        return;
      }
      const piece = pieces.at(-1);
      if (piece === undefined) first = position;
      if (piece !== undefined && previous === position - 1) piece.end = end;
      else pieces.push({ start, end });
      previous = position;
      count += 1;
    },
    list(): readonly UnreadableEvent[] {
      if (count === 0) return single;
      const json = pieces.map(({ start, end }) => body.slice(start, end)).join(",");
      const problems = [`the other unreadable events from here on, ${count} in all, are kept as one text`];
      return [...single, { position: first, json, count, problems }];
    },
  };
}

/** `undefined` stands for "not JSON": no JSON text parses to it. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function readParticulars(value: unknown) {
  const read = particulars.safeParse(value);
  const issues = read.success ? [] : read.error.issues;
  const deviates = (name: string) => issues.some((issue) => issue.path[0] === name);
  const { eventId, eventID, source } = value as z.infer<typeof particulars>;
  return {
    eventId: (!deviates("eventId") && eventId) || (!deviates("eventID") && eventID) || null,
    hookId: deviates("source") ? null : hookIdOf(source ?? ""),
    schemaDeviations: issues.map(problemOf),
  };
}

/** `source` is documented as `https://{org}/api/v1/eventHooks/{hookId}`, but need not be a valid URL. */
function hookIdOf(source: string): string | null {
  return /\/eventHooks\/([\w-]{1,128})(?:[/?#]|$)/.exec(source)?.[1] ?? null;
}

function problemOf(issue: z.core.$ZodIssue): string {
  return `${issue.path.join(".") || "the body"}: must be ${expectationOf(issue)}`;
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "invalid_value":
      return `"${issue.values.join('" or "')}"`;
    default:
      return issue.message;
  }
}
