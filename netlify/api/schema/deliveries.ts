/** Deliveries and rejected calls, one delivery whole, and what is new since a token. */
import { z } from "zod";
import { count, deliveryId, instant, paging } from "./common.ts";
import { eventFilter, eventSummary, handlersStatus, party } from "./events.ts";
import { failingHandler } from "./handlers.ts";

/** How many deliveries one answer of `/api/changes` carries. */
export const CHANGES_SIZE = 50;

/** How many rejections it carries: all that are kept (`record-rejection.ts`). */
export const REJECTIONS_SIZE = 200;

/** How many events and unreadable events one delivery is shown with. */
export const SHOWN_EVENTS = 1000;

/**
 * `GET /api/changes?after=&watch=`: what is new since a token. `watch` may repeat: ids of deliveries that are listed again however
 * old, for who follows what becomes of them.
 */
export const changesQuery = z.strictObject({
  after: z.string().max(200, "is not one of ours").optional(),
  watch: z.array(deliveryId).max(50, "must not repeat more than 50 times").default([]),
});

/**
 * `GET /api/deliveries?…`. With a filter (see `eventsQuery`): the deliveries that brought an event which fits it, the one whose
 * event was published last first.
 */
export const deliveriesQuery = z.strictObject({ ...paging, ...eventFilter });

/** How a delivery came, and how an event of it can be found at Hookdeck's. */
export const deliverySummary = z.object({
  id: deliveryId,
  receivedAt: instant,
  /** Okta's name for the delivery. */
  eventId: z.string().nullable(),
  hookId: z.string().nullable(),
  origin: z.enum(["okta", "hookdeck", "preview", "system-log"]),
  hookdeck: z
    .object({ eventId: z.string(), attempt: count.nullable(), url: z.string().nullable() })
    .nullable(),
  /** All events of the delivery: new, seen before and unreadable. */
  eventCount: count,
  newCount: count,
  duplicateCount: count,
  unreadableCount: count,
  /** Different types among its first 100 events, 20 at most. */
  eventTypes: z.array(z.string()),
  /** Its first event, new or seen before, in one sentence and in its parts. Null: it has none that could be read. */
  firstSummary: z.string().nullable(),
  firstEvent: z
    .object({
      eventType: z.string(),
      actor: party.nullable(),
      target: party.nullable(),
      outcome: z.string().nullable(),
    })
    .nullable(),
  /** From the call's arrival to its answer; null: not known (yet). */
  tookMs: z.number().nullable(),
  /** The envelope or one of the first 100 events departed from the documented shape, or an event was unreadable. */
  hasSchemaDeviations: z.boolean(),
  /** How its events stand with their handlers: the first 1,000 of its new events, and as many seen before. */
  handlers: handlersStatus,
});
export type DeliverySummary = z.infer<typeof deliverySummary>;

/** A call that was refused; listed locally only. */
export const rejection = z.object({
  id: z.string(),
  receivedAt: instant,
  method: z.string(),
  path: z.string(),
  status: z.number().int(),
  reason: z.string(),
  headers: z.record(z.string(), z.string()),
});
export type Rejection = z.infer<typeof rejection>;

/** An event that could not have a row of its own; kept raw. */
const unreadableEvent = z.object({
  position: count,
  /** As it was written; its beginning where `cut`. */
  json: z.string(),
  cut: z.boolean(),
  problems: z.array(z.string()),
});
export type UnreadableEvent = z.infer<typeof unreadableEvent>;

/**
 * `GET /api/changes`. At most 50 new deliveries, newest first, and those that are watched; `more`: there may be others in
 * between, so read the list anew. A delivery that was listed before comes again while it is younger than some seconds (its `tookMs` is
 * written later, and one with a lower number can be recorded after one with a higher): match by `id`.
 */
export const changes = z.object({
  /** Give it back as `after`. */
  token: z.string(),
  deliveries: z.array(deliverySummary),
  /** Locally only, newest first, 200 at most; deployed always none. */
  rejections: z.array(rejection),
  more: z.boolean(),
  /** Dead letters, and runs that failed and are tried again; each counted up to 1,000. */
  dead: count,
  retrying: count,
  failing: z.array(failingHandler),
  /** The names of all handlers. */
  handlers: z.array(z.string()),
  /** Why the handlers do not load, with file and line where they are known; null: they do. */
  loadProblem: z.string().nullable(),
});
export type Changes = z.infer<typeof changes>;

/** A call to the endpoint: taken, or turned away. */
const feedItem = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("delivery"), delivery: deliverySummary }),
  z.object({ kind: z.literal("rejection"), rejection }),
]);
export type FeedItem = z.infer<typeof feedItem>;

/**
 * `GET /api/deliveries`: deliveries and, locally and without a filter, the rejected calls between them. `next` is the cursor of
 * the following page; null: that was all. `token` is the `after` of the first `/api/changes`; only the first page has one.
 */
export const feedPage = z.object({
  items: z.array(feedItem),
  next: z.string().nullable(),
  token: z.string().nullable(),
});
export type FeedPage = z.infer<typeof feedPage>;

/** `GET /api/deliveries/:id`. `GET /api/deliveries/:id/body` gives its body as text, put together again of what is stored. */
export const deliveryDetail = z.object({
  ...deliverySummary.shape,
  /** The call that brought it. Null: there was none, it was fetched from the System Log. */
  call: z.object({ method: z.literal("POST"), path: z.string() }).nullable(),
  /** What it was answered, with an empty body; its time is `tookMs`. Null: not known (yet), or there was no call. */
  answer: z.object({ status: z.literal(204) }).nullable(),
  /** Where the body, put together again, is not the one that came; null: nowhere, or there was no call. */
  bodyNote: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  /** The body without its events, as it was written. */
  envelope: z.string(),
  /** What was odd about the envelope. */
  schemaDeviations: z.array(z.string()),
  /** Its new events in the delivery's order, the first 1,000. */
  events: z.array(eventSummary),
  /** Whether it has further new events than `events`. */
  moreEvents: z.boolean(),
  /** The first 1,000. */
  unreadable: z.array(unreadableEvent),
  /** Events that had been seen before, the first 1,000. */
  duplicateUuids: z.array(z.string()),
});
export type DeliveryDetail = z.infer<typeof deliveryDetail>;
