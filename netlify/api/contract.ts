/**
 * The words that the page, the CLI and the function behind `/api` share: each request and each answer, as zod schemas and
 * their types. Knows zod and the form of keys and names; the page may take the types alone and so none of zod.
 *
 * Ids of deliveries are decimal strings (`bigint`), times ISO strings in UTC. Text of Okta's or Hookdeck's is passed on as
 * it came: whoever shows it makes it harmless. Every list is newest first, and a cursor is only good for the list it came from.
 */
import { z } from "zod";
import { MIN_PERSON_LENGTH } from "../events/forget/person.ts";
import { HANDLER_NAME } from "../handler-kit/handler-name.ts";
import { MAX_EVENT_TYPE_LENGTH, MAX_UUID_LENGTH } from "../hook/keys.ts";

/** How many rows a page of a list has unless told, and at most. */
const PAGE_SIZE = { usual: 50, most: 100 } as const;
/** How many deliveries one answer of `/api/changes` carries. */
export const CHANGES_SIZE = 50;
/** How many rejections it carries: all that are kept (`record-rejection.ts`), since nothing else lists them. */
export const REJECTIONS_SIZE = 200;
/** How many events and unreadable events one delivery is shown with. */
export const SHOWN_EVENTS = 1000;
/** An inspector's password is at least this long where it is deployed. */
export const MIN_PASSWORD_LENGTH = 16;

const instant = z.iso.datetime();
const count = z.number().int().min(0);

// What is asked.

/** The store's own limits, less a day for time zones. */
const EARLIEST_MS = Date.parse("0001-01-02T00:00:00Z");
const LATEST_MS = Date.parse("9999-12-31T00:00:00Z");

/** A time as a person or a page gives it, e.g. `2026-11-02T09:30:00Z`. */
const askedInstant = z.iso
  .datetime({ offset: true, error: "must be a time such as 2026-11-02T09:30:00Z" })
  .transform((text) => new Date(text))
  .refine(
    (at) => at.getTime() > EARLIEST_MS && at.getTime() < LATEST_MS,
    "must be a time between the years 1 and 9999",
  )
  .transform((at) => at.toISOString());

/** Text to search by: what Postgres can hold, and no longer than the columns are. */
const askedText = (maxLength: number) =>
  z
    .string()
    .min(1, "must not be empty")
    .max(maxLength, `must not be longer than ${maxLength} characters`)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), "must be well-formed text without NUL");

const askedNumber = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `must be a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((number) => number <= most, `must be a whole number from 1 to ${most}`);

const paging = {
  cursor: z.string().max(500, "is not one of ours").optional(),
  limit: askedNumber(PAGE_SIZE.most).default(PAGE_SIZE.usual),
};
/** From (included) and to (not included), by the time Okta published the event. */
const span = { from: askedInstant.optional(), to: askedInstant.optional() };

/** The id of a delivery. */
export const deliveryId = z.string().regex(/^[1-9]\d{0,17}$/, "must be the id of a delivery");
/** The `uuid` of an event, as Okta gave it: any text of up to 128 characters. */
export const eventUuid = askedText(MAX_UUID_LENGTH);

const handlerName = z
  .string()
  .regex(HANDLER_NAME, "must be a handler's name: small letters, digits and single hyphens");

/**
 * `GET /api/changes?after=&watch=`: what is new since a token. `watch` may repeat: ids of deliveries that are told again however
 * old, for who follows what becomes of them.
 */
export const changesQuery = z.strictObject({
  after: z.string().max(200, "is not one of ours").optional(),
  watch: z.array(deliveryId).max(50, "must not repeat more than 50 times").default([]),
});
/**
 * `GET /api/events?…`. `type` may repeat (any of them). `actor` and `target` are the beginning of an id or of a login; a login's
 * capitals do not matter. Nothing in them is a pattern. `outcome` and `severity` are exact, as Okta wrote them.
 */
const eventFilter = {
  ...span,
  type: z.array(askedText(MAX_EVENT_TYPE_LENGTH)).max(50, "must not repeat more than 50 times").default([]),
  actor: askedText(MAX_EVENT_TYPE_LENGTH).optional(),
  target: askedText(MAX_EVENT_TYPE_LENGTH).optional(),
  outcome: askedText(MAX_EVENT_TYPE_LENGTH).optional(),
  severity: askedText(MAX_EVENT_TYPE_LENGTH).optional(),
};
export const eventsQuery = z.strictObject({ ...paging, ...eventFilter });
/**
 * `GET /api/deliveries?…`. With a filter (see `eventsQuery`): the deliveries that brought an event which fits it, the one whose
 * event was published last first.
 */
export const deliveriesQuery = z.strictObject({ ...paging, ...eventFilter });
/** `GET /api/event-uuids?begin=`. */
export const eventUuidsQuery = z.strictObject({ begin: eventUuid });
/** A shorter text only means the event whose whole `uuid` it is, so that a slip does not mean any event. */
export const MIN_UUID_BEGINNING = 4;
/** `GET /api/dead?cursor=&limit=`. */
export const deadQuery = z.strictObject(paging);
/** `GET /api/dead/groups`. */
export const deadGroupsQuery = z.strictObject({});
/**
 * `GET /api/failing?state=&handler=&error=&cursor=&limit=`: both states unless told. With a handler or an error (the whole of
 * `lastError`) each state is looked through up to 10,000 runs.
 */
export const failingQuery = z.strictObject({
  ...paging,
  state: z.enum(["dead", "retrying"], { error: "must be dead or retrying" }).optional(),
  handler: handlerName.optional(),
  error: askedText(2_000).optional(),
});
/** `GET /api/find?text=`: a `uuid`, a delivery's number, or the beginning of a login, an id or an event type. */
export const findQuery = z.strictObject({ text: askedText(MAX_EVENT_TYPE_LENGTH) });
/** `GET /api/event-types?from=&to=`. */
export const eventTypesQuery = z.strictObject(span);
/** `GET /api/activity?…&buckets=`: of the events that fit (see `eventsQuery`), the last 24 hours in 48 steps unless told. */
export const activityQuery = z.strictObject({ ...eventFilter, buckets: askedNumber(200).default(48) });
/** `POST /api/session`. */
export const signInBody = z.strictObject({ password: z.string().max(1000, "is too long") });
/** `POST /api/events/:uuid/replay`: for the handler named, or for all that the event is for. */
export const replayBody = z.strictObject({ handler: handlerName.optional() });
/** Which dead letters are meant: those that fit everything that is given. */
const deadFilter = {
  handler: handlerName.optional(),
  /** The whole of `lastError`. */
  error: askedText(2_000).optional(),
  /** Single ones: those of an event, or its one for a handler. */
  runs: z
    .array(z.strictObject({ uuid: eventUuid, handler: handlerName.optional() }))
    .min(1, "must name at least one")
    .max(100, "must not name more than 100")
    .optional(),
};
/** `POST /api/dead/replay`: without a filter, all of them. */
export const replayDeadBody = z.strictObject(deadFilter);
/** `DELETE /api/dead`: all of them only where `all` says so. */
export const discardDeadBody = z
  .strictObject({ ...deadFilter, all: z.literal(true).optional() })
  .refine(
    ({ all, ...filter }) => (all === true) !== Object.values(filter).some((part) => part !== undefined),
    "must name handler, error or runs; or say all, alone",
  );
const askedPerson = z.strictObject({
  ids: z.array(askedText(MAX_EVENT_TYPE_LENGTH)).max(200),
  logins: z.array(askedText(MAX_EVENT_TYPE_LENGTH)).max(200),
  names: z.array(askedText(MAX_EVENT_TYPE_LENGTH)).max(200),
});
/**
 * `POST /api/forget`: one slice of all events, from the first or `after` the slice before. `who` is an Okta id or a login; `person` is what
 * the answer to the first slice gave. Without `erase` it only counts.
 */
export const forgetBody = z.strictObject({
  who: askedText(MAX_EVENT_TYPE_LENGTH).refine(
    (who) => who.trim().length >= MIN_PERSON_LENGTH,
    `must have at least ${MIN_PERSON_LENGTH} characters`,
  ),
  person: askedPerson.optional(),
  after: askedText(MAX_UUID_LENGTH).nullable().default(null),
  erase: z.boolean().default(false),
  alsoUnfinished: z.boolean().default(false),
});
/** `POST /api/sample`. */
export const emptyBody = z.strictObject({});
/**
 * `POST /api/catch-up`: fetches from Okta's System Log what is missing here, a slice at a time: ask again with the `cursor` of the
 * answer until it is null. `look` records nothing, `record` runs no handler, `run` runs them.
 */
export const catchUpBody = z.strictObject({
  since: askedInstant,
  types: z.array(askedText(MAX_EVENT_TYPE_LENGTH)).min(1).max(300, "must not be more than 300").optional(),
  mode: z.enum(["look", "record", "run"]),
  cursor: z.string().max(8_000, "is not one of ours").optional(),
});
export type CatchUpBody = z.input<typeof catchUpBody>;

// What is answered.

/** `GET /api/session`. `closed`: there is no usable password, so that nobody can sign in. */
export const session = z.object({
  local: z.boolean(),
  signedIn: z.boolean(),
  closed: z.boolean(),
  /** Whether a password is asked for here: then one can sign out. */
  asksPassword: z.boolean(),
  /** What each write on this machine must carry as `x-inspector-token`; null where none is asked for. */
  writeToken: z.string().nullable(),
});
export type Session = z.infer<typeof session>;

/** How something stands with its handlers, at a glance. */
export const handlersGlance = z.object({
  /**
   * The worst of their runs: the first of these that fits one. `dead`: failed for the last time. `retrying`: failed, and
   * tried again. `discarded`: dead, and somebody discarded the dead letter. `none`: no handler listens.
   */
  state: z.enum(["dead", "retrying", "running", "waiting", "discarded", "done", "none"]),
  /** When the first of its retries is due; null: none is. */
  nextTryAt: instant.nullable(),
});
export type HandlersGlance = z.infer<typeof handlersGlance>;

/** Somebody (or something) that an event is about. Okta leaves out what it likes. */
export const party = z.object({
  id: z.string().nullable(),
  login: z.string().nullable(),
  name: z.string().nullable(),
});
export type Party = z.infer<typeof party>;

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
  odd: z.boolean(),
  /** How its events stand with their handlers: the first 1,000 of its new events, and as many seen before. */
  handlers: handlersGlance,
});
export type DeliverySummary = z.infer<typeof deliverySummary>;

/** A call that was turned away; told locally only. */
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
  departed: z.boolean(),
  /** False once the event is past its retention: the `uuid` still counts as seen. */
  payloadKept: z.boolean(),
  handlers: handlersGlance,
  /**
   * Why it was queued for no handler, though one may listen to it. `published-too-long-ago`: Okta published it more than 90
   * days before it came, and `uuid`s are not remembered for longer: it may be an old call, sent again by somebody. A replay
   * by hand runs it. The mark goes with the payload.
   */
  notQueued: z.enum(["published-too-long-ago"]).nullable(),
});
export type EventSummary = z.infer<typeof eventSummary>;

/** How an event stands with one handler. */
export const run = z.object({
  handler: handlerName,
  /** `retrying`: failed, and tried again at `nextTryAt`. `dead`: failed for the last time. */
  state: z.enum(["waiting", "running", "done", "retrying", "dead"]),
  attempts: count,
  maxAttempts: count,
  lastError: z.string().nullable(),
  nextTryAt: instant.nullable(),
  updatedAt: instant.nullable(),
  /** Its handler is paused: it waits until that is resumed. */
  paused: z.boolean(),
  /** Whether the handler still exists; if not, it can not be replayed. */
  listed: z.boolean(),
});
export type Run = z.infer<typeof run>;

const deadRun = z.object({
  ...run.shape,
  uuid: z.string(),
  eventType: z.string(),
  published: instant.nullable(),
});
export type DeadRun = z.infer<typeof deadRun>;

/** A run that needs somebody. */
const failingRun = z.object({
  ...run.shape,
  state: z.enum(["dead", "retrying"]),
  uuid: z.string(),
  eventType: z.string(),
  /** The event itself; null: it is gone. */
  event: eventSummary.nullable(),
});
export type FailingRun = z.infer<typeof failingRun>;

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
 * between, so read the list anew. A delivery told before comes again while it is younger than some seconds (its `tookMs` is
 * written later, and one with a lower number can be recorded after one with a higher): match by `id`.
 */
export const changes = z.object({
  /** Give it back as `after`. */
  token: z.string(),
  deliveries: z.array(deliverySummary),
  /** Locally only, newest first, 200 at most; deployed always none. */
  rejections: z.array(rejection),
  more: z.boolean(),
  /** Dead letters in all. */
  dead: count,
  /** Runs that failed and are tried again; counted up to 1,000. */
  retrying: count,
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
 * the following page; null: that was all. `token` tells `/api/changes` what is known now; only the first page has one.
 */
export const feedPage = z.object({
  items: z.array(feedItem),
  next: z.string().nullable(),
  token: z.string().nullable(),
});
export type FeedPage = z.infer<typeof feedPage>;

/** `GET /api/deliveries/:id`. */
export const deliveryDetail = z.object({
  ...deliverySummary.shape,
  headers: z.record(z.string(), z.string()),
  /** The body without its events, as it was written. */
  envelope: z.string(),
  /** What was odd about the envelope. */
  departures: z.array(z.string()),
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

/** `GET /api/events`. */
export const eventPage = z.object({ events: z.array(eventSummary), next: z.string().nullable() });
export type EventPage = z.infer<typeof eventPage>;

/** `GET /api/events/:uuid`. */
export const eventDetail = z.object({
  ...eventSummary.shape,
  /** Exactly as it was written; null: past its retention. */
  json: z.string().nullable(),
  departures: z.array(z.string()),
  runs: z.array(run),
  /** Handlers that listen to its type and whose `when` leaves it out: they have no run. */
  leftOut: z.array(handlerName),
});
export type EventDetail = z.infer<typeof eventDetail>;

/** `POST /api/events/:uuid/replay`: how many runs were queued. */
export const replayed = z.object({ queued: count });
export type Replayed = z.infer<typeof replayed>;

/**
 * `POST /api/dead/replay`: how many runs were queued, and why dead letters were left. `handler-gone`: no handler has that name
 * any more. `payload-gone`: their event is past its retention.
 */
export const deadReplayed = z.object({
  queued: count,
  left: z.array(z.object({ reason: z.enum(["handler-gone", "payload-gone"]), count })),
});
export type DeadReplayed = z.infer<typeof deadReplayed>;

/** `DELETE /api/dead`: how many dead letters were discarded. Their events stay until the retention. */
export const deadDiscarded = z.object({ discarded: count });
export type DeadDiscarded = z.infer<typeof deadDiscarded>;

/** `POST /api/forget`. `next` goes on as `after`; null: that was all, other texts included. */
export const forgotten = z.object({
  /** What the person is called in events. */
  person: askedPerson,
  /** Events of theirs in this slice that lost their payload, or would. */
  events: count,
  /** Runs that have not finished. Their events stay unless `alsoUnfinished`. */
  unfinished: z.array(z.object({ uuid: z.string(), handler: z.string() })),
  /** Other rows that repeated the person: errors of handlers, headers, raw texts, rejected calls. */
  otherTexts: count,
  next: z.string().nullable(),
});
export type Forgotten = z.infer<typeof forgotten>;

/** `GET /api/event-uuids`: the first five that begin like this, in their order; of fewer than four characters the one that is this. */
export const eventUuids = z.object({ uuids: z.array(z.string()) });
export type EventUuids = z.infer<typeof eventUuids>;

/** A handler of the site, or one that is gone and has left runs behind. */
const handlerStanding = z.object({
  name: handlerName,
  /** Event types and families. */
  on: z.array(z.string()),
  /** Whether it has a `when`. */
  when: z.boolean(),
  /** Each variable that it declares; `problem`: null where it can be used. Never a value. */
  settings: z.array(z.object({ variable: z.string(), problem: z.string().nullable() })),
  /** False: it is not in `index.ts` any more. */
  listed: z.boolean(),
  /** Since when it is paused; null: it is not. */
  pausedAt: instant.nullable(),
  /** What is not done: not tried yet, failed and tried again, failed for the last time. Counted up to 10,000 in all. */
  runs: z.object({ waiting: count, retrying: count, dead: count }),
});
export type HandlerStanding = z.infer<typeof handlerStanding>;
/** `GET /api/handlers`, in the order of `index.ts`. */
export const handlerStandings = z.object({ handlers: z.array(handlerStanding) });
export type HandlerStandings = z.infer<typeof handlerStandings>;

/** `POST /api/handlers/:id/pause`: since when it is paused. Its runs wait; the others go on. */
export const handlerPaused = z.object({ pausedAt: instant });
export type HandlerPaused = z.infer<typeof handlerPaused>;
/** `POST /api/handlers/:id/resume`: how many runs waited for it. */
export const handlerResumed = z.object({ released: count });
export type HandlerResumed = z.infer<typeof handlerResumed>;

/** `GET /api/dead`. */
export const deadPage = z.object({ dead: z.array(deadRun), next: z.string().nullable() });
export type DeadPage = z.infer<typeof deadPage>;

/**
 * `GET /api/failing`: first the dead letters, the last to die first; then the retries, the next to be tried first.
 * An event with several failing handlers comes once for each.
 */
export const failingPage = z.object({ failing: z.array(failingRun), next: z.string().nullable() });
export type FailingPage = z.infer<typeof failingPage>;

/** `GET /api/dead/groups`: the dead letters by handler and error, the largest group first; 200 groups of the last 10,000 at most. */
export const deadGroups = z.object({
  groups: z.array(
    z.object({
      handler: z.string(),
      error: z.string().nullable(),
      count,
      /** When the last of them died. */
      lastDiedAt: instant,
      /** Whether the handler still exists; if not, they can not be replayed. */
      listed: z.boolean(),
    }),
  ),
});
export type DeadGroup = z.infer<typeof deadGroups>["groups"][number];

/** `GET /api/find?text=`: what the text may mean, as far as an index knows it. */
export const found = z.object({
  /** The event whose `uuid` it is. */
  event: eventSummary.nullable(),
  /** The delivery whose number it is. */
  delivery: z.object({ id: deliveryId, receivedAt: instant }).nullable(),
  /** Ids and logins that begin so: of who did something, and to whom something was done. Five of each at most. */
  actors: z.array(z.string()),
  targets: z.array(z.string()),
  /** Event types that begin so and have events here. Ten at most. */
  types: z.array(z.string()),
});
export type Found = z.infer<typeof found>;

/** `GET /api/setup`: how far the set-up has come, as far as the site itself can tell. */
export const setup = z.object({
  /** `unusable`: the settings of the endpoint are wrong; `doctor` says how. */
  secret: z.enum(["set", "missing", "unusable"]),
  handlers: z.array(z.string()),
  /** The last delivery of Okta's own, direct or through Hookdeck, among the newest 1,000; null: none has come. */
  lastDeliveryAt: instant.nullable(),
});
export type Setup = z.infer<typeof setup>;

/** `GET /api/event-types`, the most frequent first. */
export const eventTypes = z.object({ types: z.array(z.object({ eventType: z.string(), count })) });
export type EventTypes = z.infer<typeof eventTypes>;

/**
 * `GET /api/activity`. The steps are equal and without gaps. `types` counts the six most frequent types of the whole span by
 * name, all others as "other". `failures` counts the events that failed in Okta (`FAILED_OUTCOMES`), whatever their handlers did.
 */
export const activity = z.object({
  from: instant,
  to: instant,
  stepSeconds: z.number(),
  buckets: z.array(
    z.object({ at: instant, total: count, failures: count, types: z.record(z.string(), count) }),
  ),
});
export type Activity = z.infer<typeof activity>;

/** `POST /api/catch-up`: what a slice came to. `inLog` is the sum of `here`, `recorded` and `left`. */
export const caughtUp = z.object({
  /** The org's host. */
  org: z.string(),
  /** Events of the log that are for our hook. */
  inLog: count,
  here: count,
  recorded: count,
  /** Missing, but only looked at; or younger than 5 minutes, since Okta may deliver them still; or without a `uuid`. */
  left: count,
  /** Of a hook with a filter, and the log does not say whether it let them pass. */
  unknown: count,
  /** How far into the log it came; null: there is nothing since then. */
  until: instant.nullable(),
  /** Null: that was all. */
  cursor: z.string().nullable(),
});
export type CaughtUp = z.infer<typeof caughtUp>;

/** One hour (from `hour` on, UTC) of the System Log held against the store. */
const ledgerHour = z.object({
  hour: instant,
  /** Null: this hour was not compared (yet), or not whole. Nothing is known of it. */
  counts: z
    .object({
      /** Events in Okta's log for this hook. */
      inLog: count,
      /** Delivered by Okta, before the System Log was looked at. */
      inTime: count,
      /** Fetched from the System Log, and delivered by Okta afterwards. */
      late: count,
      /** Fetched from the System Log less than 60 minutes after it happened: Okta may deliver it still. */
      fetched: count,
      /** Fetched from the System Log; Okta did not deliver it within 60 minutes. */
      missed: count,
      /** Of a hook with a filter, and the log does not say whether it passed: left alone. */
      unknown: count,
      /** From an event's `published` to its arrival, of those that Okta delivered; null: it delivered none. */
      medianMs: z.number().nullable(),
      p95Ms: z.number().nullable(),
    })
    .nullable(),
});

/** Something that is wrong now and that somebody should hear of. It is gone from the list once it is over. */
export const alert = z.object({
  id: z.string(),
  /** What is wrong. New kinds may be added: show the sentence. */
  kind: z.string(),
  since: instant,
  sentence: z.string(),
  /** What to do; null: the sentence says it. */
  cure: z.string().nullable(),
  sending: z.object({
    /** `off`: no ALERT_URL is set. `waiting`: not told yet. `failing`: the address did not take it and is tried again. */
    state: z.enum(["off", "waiting", "told", "failing"]),
    /** When it was told last. */
    toldAt: instant.nullable(),
    /** Why it was not taken, where it was not. */
    problem: z.string().nullable(),
    nextTryAt: instant.nullable(),
  }),
});
export type Alert = z.infer<typeof alert>;

/** `GET /api/health`: the hook in Okta, what was compared with the System Log, and what is wrong. All sentences are plain text. */
export const health = z.object({
  now: instant,
  /** The org of `OKTA_ORG_URL`; null: none is set, or it cannot be used. */
  org: z.object({ host: z.string() }).nullable(),
  /** The site's event hook as the org told of it; null: nobody has looked yet, or nobody may. */
  hook: z
    .object({
      id: z.string(),
      name: z.string(),
      active: z.boolean(),
      verified: z.boolean(),
      /** Event types with a filter: the hook gets only some of their events. */
      filtered: z.array(z.string()),
      eventTypes: z.array(z.string()),
      checkedAt: instant,
      /** Whether it gets events: ACTIVE and VERIFIED. */
      delivers: z.boolean(),
      sentence: z.string(),
      cure: z.string().nullable(),
    })
    .nullable(),
  /** The last 24 hours; null: nothing was ever compared. Hours are oldest first, the current one last. */
  ledger: z
    .object({
      sentence: z.string(),
      comparedFrom: instant,
      comparedUntil: instant,
      hours: z.array(ledgerHour),
    })
    .nullable(),
  catchUp: z.object({
    on: z.boolean(),
    /** Why it is on, off, or does not get on. */
    reason: z.string(),
    cure: z.string().nullable(),
    /** When the System Log was last looked at; null: never. */
    lookedAt: instant.nullable(),
    /** How far behind the log it is; null: not known. Okta gets 5 minutes to deliver, and the sweep comes hourly. */
    behindMs: z.number().nullable(),
  }),
  alerts: z.array(alert),
  /** Where alerts are sent; null: `ALERT_URL` is not set. */
  alertsTo: z.object({ kind: z.enum(["slack", "teams", "webhook"]), host: z.string() }).nullable(),
  database: z.object({ answeredInMs: z.number(), sentence: z.string() }),
});
export type Health = z.infer<typeof health>;

/** Any error (RFC 9457): `detail` says what to do. `errors` names parameters or fields, never their values. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  errors: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof problem>;
