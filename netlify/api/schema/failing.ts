/** Runs that failed: dead letters and retries, and what a person does with them. */
import { z } from "zod";
import { count, eventUuid, handlerName, instant, paging } from "./common.ts";
import { eventSummary, party, run } from "./events.ts";

/** What failures of one kind have in common; the page and the commands hand it back as it came. */
export const fingerprint = z.string().regex(/^[0-9a-f]{16}$/, "must be a fingerprint");
const state = z.enum(["dead", "retrying"], { error: "must be dead or retrying" });

/** Selects failing runs: those that fit everything that is given. */
const failingFilter = { handler: handlerName.optional(), fingerprint: fingerprint.optional() };

/** `GET /api/failing/runs?handler=&fingerprint=&state=&cursor=&limit=`: both states by default. */
export const failingRunsQuery = z.strictObject({ ...paging, ...failingFilter, state: state.optional() });

/** `POST /api/events/:uuid/replay`: for the handler named, or for all that the event is for. */
export const replayBody = z.strictObject({ handler: handlerName.optional() });

/**
 * `POST /api/events/replay`: the runs of these events that stand so, for the handler named or for all that they are for. `none`: there
 * is no run yet.
 */
export const replayEventsBody = z.strictObject({
  uuids: z.array(eventUuid).min(1, "must name at least one").max(100, "must not name more than 100"),
  handler: handlerName.optional(),
  state: z.enum(["none", "done", "dead", "retrying", "discarded"], {
    error: "must be none, done, dead, retrying or discarded",
  }),
  /** They are counted only. */
  isCount: z.boolean(),
});
export type ReplayEventsBody = z.input<typeof replayEventsBody>;

const deadFilter = {
  ...failingFilter,
  /** Single dead letters: those of an event, or its one for a handler. */
  runs: z
    .array(z.strictObject({ uuid: eventUuid, handler: handlerName.optional() }))
    .min(1, "must name at least one")
    .max(100, "must not name more than 100")
    .optional(),
};

/**
 * `POST /api/failing/replay`: the dead letters that fit run again, with tries of their own; or the retries that fit are tried now.
 * What takes longer than a call may is done in several: give `next` of the answer as `cursor`.
 */
export const replayFailingBody = z
  .strictObject({ ...deadFilter, state, cursor: z.string().max(500, "is not one of ours").optional() })
  .refine(
    ({ runs, ...body }) => runs === undefined || body.state === "dead",
    "runs: names dead letters only",
  );
export type ReplayFailingBody = z.input<typeof replayFailingBody>;

/** `DELETE /api/failing`: discards the dead letters that fit; all of them only where `all` says so. */
export const discardFailingBody = z
  .strictObject({ ...deadFilter, all: z.literal(true).optional() })
  .refine(
    ({ all, ...filter }) => (all === true) !== Object.values(filter).some((part) => part !== undefined),
    "must name handler, fingerprint or runs; or say all, alone",
  );
export type DiscardFailingBody = z.input<typeof discardFailingBody>;

/** The runs of one handler that failed alike. */
export const failingGroup = z.object({
  handler: handlerName,
  fingerprint,
  /** What the last of them to begin failing says. */
  error: z.string().nullable(),
  /** Failed for the last time, and failed and tried again: each counted up to 10,000. */
  dead: count,
  retrying: count,
  /** When the first of them failed first, and the last time that one failed. */
  since: instant,
  lastAt: instant,
  /** Null: none of them is tried again, or their handler is paused. */
  nextTryAt: instant.nullable(),
  eventTypes: z.array(z.string()),
  /** Three at most, the last to begin failing first. `person`: to whom it was done, else who did it. */
  examples: z.array(z.object({ uuid: z.string(), person: party.nullable() })),
  /** Since when their handler is paused; null: it is not. */
  pausedAt: instant.nullable(),
  /** Whether the handler still exists; if not, they can not be replayed. */
  registered: z.boolean(),
});
export type FailingGroup = z.infer<typeof failingGroup>;

/** `GET /api/failing`: the largest group first, 200 at most. */
export const failing = z.object({ groups: z.array(failingGroup) });
export type Failing = z.infer<typeof failing>;

/** A run that failed. */
const failingRun = z.object({
  ...run.shape,
  state,
  fingerprint,
  uuid: z.string(),
  eventType: z.string(),
  /** The event itself; null: it is gone. */
  event: eventSummary.nullable(),
});
export type FailingRun = z.infer<typeof failingRun>;

/** `GET /api/failing/runs`: first the dead letters, then the retries; of a group the last to begin failing first. */
export const failingRuns = z.object({ runs: z.array(failingRun), next: z.string().nullable() });
export type FailingRuns = z.infer<typeof failingRuns>;

/** `POST /api/events/replay`: how many runs there are, or were queued. `withoutPayload`: events past their retention, which no handler gets. */
export const replayEventsResult = z.object({ runs: count, withoutPayload: count });
export type ReplayEventsResult = z.infer<typeof replayEventsResult>;

/** `POST /api/events/:uuid/replay`: how many runs were queued. */
export const replayResult = z.object({ queued: count });
export type ReplayResult = z.infer<typeof replayResult>;

/**
 * `POST /api/failing/replay`: how many runs are due now, and why dead letters were left. `handler-gone`: no handler has that name
 * any more. `payload-gone`: their event is past its retention. `no-key`: `order` or `latest` of their handler fails.
 */
export const replayFailingResult = z.object({
  queued: count,
  left: z.array(z.object({ reason: z.enum(["handler-gone", "payload-gone", "no-key"]), count })),
  /** Where to go on; null: that was all. */
  next: z.string().nullable(),
});
export type ReplayFailingResult = z.infer<typeof replayFailingResult>;

/** `DELETE /api/failing`: how many dead letters were discarded. Their events stay until the retention. */
export const discardResult = z.object({ discarded: count });
export type DiscardResult = z.infer<typeof discardResult>;
