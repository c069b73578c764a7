/** Runs that failed: dead letters and retries, and what a person does with them. */
import { z } from "zod";
import { count, eventUuid, handlerName, inputText, instant, paging } from "./common.ts";
import { eventSummary, run } from "./events.ts";

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
  error: inputText(2_000).optional(),
});

/** `POST /api/events/:uuid/replay`: for the handler named, or for all that the event is for. */
export const replayBody = z.strictObject({ handler: handlerName.optional() });

/** Which dead letters are meant: those that fit everything that is given. */
const deadFilter = {
  handler: handlerName.optional(),
  /** The whole of `lastError`. */
  error: inputText(2_000).optional(),
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

/** `POST /api/events/:uuid/replay`: how many runs were queued. */
export const replayResult = z.object({ queued: count });
export type ReplayResult = z.infer<typeof replayResult>;

/**
 * `POST /api/dead/replay`: how many runs were queued, and why dead letters were left. `handler-gone`: no handler has that name
 * any more. `payload-gone`: their event is past its retention. `no-key`: `order` or `latest` of their handler fails.
 */
export const deadReplayResult = z.object({
  queued: count,
  left: z.array(z.object({ reason: z.enum(["handler-gone", "payload-gone", "no-key"]), count })),
});
export type DeadReplayResult = z.infer<typeof deadReplayResult>;

/** `DELETE /api/dead`: how many dead letters were discarded. Their events stay until the retention. */
export const deadDiscardResult = z.object({ discarded: count });
export type DeadDiscardResult = z.infer<typeof deadDiscardResult>;

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
export const deadLetterGroups = z.object({
  groups: z.array(
    z.object({
      handler: z.string(),
      error: z.string().nullable(),
      count,
      /** When the last of them died. */
      lastDiedAt: instant,
      /** Whether the handler still exists; if not, they can not be replayed. */
      registered: z.boolean(),
    }),
  ),
});
export type DeadLetterGroup = z.infer<typeof deadLetterGroups>["groups"][number];
