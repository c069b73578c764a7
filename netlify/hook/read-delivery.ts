/**
 * Reads the body of a POST: is it an Okta event hook, and what does it carry? Strict about the envelope only: Okta never
 * retries a 4xx, so nothing that it may really send is refused.
 * https://developer.okta.com/docs/concepts/event-hooks/#event-hook-delivery
 */
import { z } from "zod";
import type { ReadableEvent, UnreadableEvent } from "./delivery.ts";
import { outlineJson } from "./json-text.ts";
import { readEvent } from "./read-event.ts";

/** Deeper than anything that Okta sends, and far from where recursive code overflows. */
export const MAX_JSON_DEPTH = 100;

const EVENT_HOOK = "com.okta.event_hook";

const envelope = z.object({
  eventType: z.string(),
  data: z.object({ events: z.array(z.unknown()) }),
});

/** Read if present: none of it may cost an event. Early documents spell the id `eventID`. */
const particulars = z.object({
  eventType: z.literal(EVENT_HOOK),
  eventTypeVersion: z.string().nullish(),
  cloudEventsVersion: z.string().nullish(),
  contentType: z.string().nullish(),
  eventId: z.string().nullish(),
  eventID: z.string().nullish(),
  eventTime: z.string().nullish(),
  source: z.string().nullish(),
});

/** What a body turned out to be. `problems` name paths and expectations, never values. */
export type BodyReading =
  | {
      readonly kind: "delivery";
      readonly eventId: string | null;
      readonly hookId: string | null;
      readonly events: ReadableEvent[];
      readonly unreadable: UnreadableEvent[];
      readonly departures: string[];
    }
  | { readonly kind: "not-json" }
  | { readonly kind: "nested-too-deep" }
  | { readonly kind: "not-an-event-hook"; readonly problems: string[] };

/** Reads a body as text. Never throws, whatever the text. */
export function readDelivery(body: string): BodyReading {
  // Before JSON.parse: what comes after it may recurse, and must never meet a bottomless value.
  const outline = outlineJson(body, MAX_JSON_DEPTH);
  if (outline.depth > MAX_JSON_DEPTH) return { kind: "nested-too-deep" };
  const value = parse(body);
  if (value === undefined) return { kind: "not-json" };
  const read = envelope.safeParse(value);
  if (!read.success) return { kind: "not-an-event-hook", problems: problemsOf(read.error) };

  const events: ReadableEvent[] = [];
  const unreadable: UnreadableEvent[] = [];
  read.data.data.events.forEach((element, position) => {
    const span = outline.events[position];
    if (span === undefined) throw new Error("The outline of the body and its parsed value disagree");
    const json = body.slice(span.start, span.end);
    const reading = readEvent(element);
    if (reading.readable) {
      const { event, published, departures } = reading;
      events.push({ position, json, event, published, departures });
    } else {
      unreadable.push({ position, json, problems: reading.problems });
    }
  });

  const details = particulars.safeParse(value);
  const { eventId, eventID, source } = value as Record<string, unknown>;
  return {
    kind: "delivery",
    eventId: textOrNull(eventId) ?? textOrNull(eventID),
    hookId: hookIdOf(source),
    events,
    unreadable,
    departures: details.success ? [] : problemsOf(details.error),
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

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const path = issue.path.join(".") || "the body";
    if (issue.code === "invalid_type") return `${path}: must be ${article(issue.expected)}`;
    return `${path}: expected ${EVENT_HOOK}`;
  });
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** `source` is documented as `https://{org}/api/v1/eventHooks/{hookId}`, but need not be a valid URL. */
function hookIdOf(source: unknown): string | null {
  if (typeof source !== "string") return null;
  return /\/eventHooks\/([^/?#]{1,128})/.exec(source)?.[1] ?? null;
}
