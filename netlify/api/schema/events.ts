/** Events, one with its runs, and how many there are of each type over time. */
import { z } from "zod";
import { MAX_EVENT_TYPE_LENGTH } from "../../hook/delivery.ts";
import { count, deliveryId, handlerName, inputNumber, inputText, instant, paging, span } from "./common.ts";

/**
 * `GET /api/events?…`. `type` may repeat (any of them). `actor` and `target` are the beginning of an id or of a login; a login's
 * capitals do not matter. Nothing in them is a pattern. `outcome` and `severity` are exact, as Okta wrote them. With
 * `handler` and `state` a run of the event, for that handler, is in that state; `none`: it has no run.
 */
export const eventFilter = {
  ...span,
  type: z.array(inputText(MAX_EVENT_TYPE_LENGTH)).max(50, "must not repeat more than 50 times").default([]),
  actor: inputText(MAX_EVENT_TYPE_LENGTH).optional(),
  target: inputText(MAX_EVENT_TYPE_LENGTH).optional(),
  outcome: inputText(MAX_EVENT_TYPE_LENGTH).optional(),
  severity: inputText(MAX_EVENT_TYPE_LENGTH).optional(),
  handler: handlerName.optional(),
  state: z
    .enum(["dead", "retrying", "running", "waiting", "discarded", "done", "none"], {
      error: "must be dead, retrying, running, waiting, discarded, done or none",
    })
    .optional(),
};

export const eventsQuery = z.strictObject({ ...paging, ...eventFilter });

/** `GET /api/event-types?from=&to=`. */
export const eventTypesQuery = z.strictObject(span);

/** `GET /api/activity?…&buckets=`: of the events that fit (see `eventsQuery`), by default the last 24 hours in 48 steps. */
export const activityQuery = z.strictObject({ ...eventFilter, buckets: inputNumber(200).default(48) });

/** The runs of an event or a delivery in one word. */
export const handlersStatus = z.object({
  /**
   * The worst of their runs: the first of these that fits one. `dead`: failed for the last time. `retrying`: failed, and
   * tried again. `discarded`: dead, and somebody discarded the dead letter. `none`: there is no run.
   */
  state: z.enum(["dead", "retrying", "running", "waiting", "discarded", "done", "none"]),
  /** When the first of its retries is due; null: none is. */
  nextTryAt: instant.nullable(),
  /**
   * Why there is no run; null: there is one, or the handlers do not load. `no-handler`: none listens. `filtered-out`: the `when` of
   * those that listen leaves it out. `recorded-only`: it was fetched by hand to be recorded, or its handlers are newer than it.
   * `too-old`: Okta published it more than 90 days before it came, and `uuid`s are not remembered for longer: it may be an old call,
   * sent again by somebody. `forgotten`: its payload is gone. A replay by hand runs what is too old or recorded only.
   */
  noRuns: z.enum(["no-handler", "filtered-out", "recorded-only", "too-old", "forgotten"]).nullable(),
});
export type HandlersStatus = z.infer<typeof handlersStatus>;

/** Somebody (or something) that an event is about. Okta leaves out what it likes. */
export const party = z.object({
  id: z.string().nullable(),
  login: z.string().nullable(),
  name: z.string().nullable(),
});
export type Party = z.infer<typeof party>;

export const eventSummary = z.object({
  uuid: z.string(),
  published: instant,
  receivedAt: instant,
  eventType: z.string(),
  deliveryId,
  /** One sentence: actor, action, target and outcome. */
  summary: z.string(),
  actor: party.nullable(),
  /** The main target: the first user among them, else the first of all. */
  target: party.nullable(),
  outcome: z.string().nullable(),
  severity: z.string().nullable(),
  /** It departed from Okta's documented shape. */
  hasSchemaDeviations: z.boolean(),
  /** False once the event is past its retention: the `uuid` still counts as seen. */
  payloadKept: z.boolean(),
  handlers: handlersStatus,
});
export type EventSummary = z.infer<typeof eventSummary>;

/** How an event stands with one handler. */
export const run = z.object({
  handler: handlerName,
  /**
   * `retrying`: failed, and tried again at `nextTryAt`. `dead`: failed for the last time. `superseded`: not run, because a newer event
   * of its key was there.
   */
  state: z.enum(["waiting", "running", "done", "retrying", "superseded", "dead", "discarded"]),
  attempts: count,
  maxAttempts: count,
  lastError: z.string().nullable(),
  nextTryAt: instant.nullable(),
  updatedAt: instant.nullable(),
  /** Its handler is paused: it waits until that is resumed. */
  paused: z.boolean(),
  /** Whether the handler still exists; if not, it can not be replayed. */
  registered: z.boolean(),
});
export type Run = z.infer<typeof run>;

/** The whole of a run. */
const runDetail = z.object({
  ...run.shape,
  /** Why it was queued. `catch-up`: its event was fetched from the System Log. */
  cause: z.enum(["event", "catch-up", "replay"]),
  /** What `order` or `latest` of its handler gave: the runs with one key are a line. */
  key: z.string().nullable(),
  /** The event whose run is the front of its line, while it waits behind that. */
  heldBy: z.string().nullable(),
  /** The newer event for which it was not run. */
  supersededBy: z.string().nullable(),
  /** A newer event of its key had begun before its latest try. */
  late: z.boolean(),
  /** The last ten tries that have ended, the oldest first. `error`: null where it succeeded. */
  lastTries: z.array(z.object({ at: instant, tookMs: z.number(), error: z.string().nullable() })),
});
export type RunDetail = z.infer<typeof runDetail>;

/** `GET /api/events`. */
export const eventPage = z.object({ events: z.array(eventSummary), next: z.string().nullable() });
export type EventPage = z.infer<typeof eventPage>;

/** `GET /api/events/:uuid`. */
export const eventDetail = z.object({
  ...eventSummary.shape,
  /** Exactly as it was written; null: past its retention. */
  json: z.string().nullable(),
  schemaDeviations: z.array(z.string()),
  runs: z.array(runDetail),
  /** Handlers that listen to its type and whose `when` leaves it out: they have no run. */
  filteredOut: z.array(handlerName),
});
export type EventDetail = z.infer<typeof eventDetail>;

/** The greatest count of a type: there may be more. */
export const MAX_COUNT_PER_TYPE = 10_000;

/** `GET /api/event-types`, the most frequent first. */
export const eventTypes = z.object({ types: z.array(z.object({ eventType: z.string(), count })) });
export type EventTypes = z.infer<typeof eventTypes>;

/**
 * `GET /api/activity`. The steps are equal and without gaps. `countedFrom`: null where all events were counted; else there are so many that
 * those published before it were not, and the steps before it are empty.
 */
export const activity = z.object({
  from: instant,
  to: instant,
  stepSeconds: z.number(),
  countedFrom: instant.nullable(),
  /**
   * What our handlers made of the events, each counted once: `dead`: one of its runs failed for the last time; else `waiting`: one is
   * not done; `unhandled`: no handler listens to its type; `done`: all others.
   */
  buckets: z.array(
    z.object({ at: instant, total: count, done: count, waiting: count, dead: count, unhandled: count }),
  ),
});
export type Activity = z.infer<typeof activity>;
