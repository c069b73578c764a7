/** The site's handlers, and pausing them. */
import { z } from "zod";
import { count, handlerName, instant } from "./common.ts";

/** A handler of the site, or one that is gone and has left runs behind. */
const handlerStatus = z.object({
  name: handlerName,
  /** Event types and families. */
  on: z.array(z.string()),
  /** Whether it has a `when`. */
  when: z.boolean(),
  /** Its runs with one key go one at a time, or only the newest of them does; null: it gives them no key. */
  line: z.enum(["order", "latest"]).nullable(),
  /** Whether failures in a row stop its new runs. */
  circuit: z.boolean(),
  /** Each variable that it declares; `problem`: null where it can be used. Never a value. */
  settings: z.array(z.object({ variable: z.string(), problem: z.string().nullable() })),
  /** False: it is not in `index.ts` any more. */
  registered: z.boolean(),
  /** Since when it is paused; null: it is not. */
  pausedAt: instant.nullable(),
  /** A sentence on its failures since its last success, and on its circuit. Null: it does not fail. */
  failing: z.string().nullable(),
  /** Its first failure since its last success; null: its last run succeeded. */
  failingSince: instant.nullable(),
  /** Its circuit is open: when one run probes whether it can be closed. Null: it is closed. */
  circuitOpenUntil: instant.nullable(),
  runs: z.object({
    /** Not tried yet, failed and tried again, failed for the last time: each is counted up to 10,000. */
    waiting: count,
    retrying: count,
    dead: count,
    /** Since when the oldest of those that could begin waits; null: none does. */
    oldestWaitingSince: instant.nullable(),
    /** The last that ended, 1,000 of the last 24 hours at most. `p95Ms`: of 20 that ended 19 took no longer. */
    last: z.object({ ended: count, succeeded: count, p95Ms: z.number().nullable() }),
    lastSuccessAt: instant.nullable(),
    /** The last try that failed, of those that ended last and of those that are tried again. */
    lastFailure: z.object({ at: instant, error: z.string() }).nullable(),
  }),
});
export type HandlerStatus = z.infer<typeof handlerStatus>;

/** `GET /api/handlers`, in the order of `index.ts`. */
export const handlerStatuses = z.object({ handlers: z.array(handlerStatus) });
export type HandlerStatuses = z.infer<typeof handlerStatuses>;

/** `POST /api/handlers/:id/pause`: since when it is paused. Its runs wait; the others go on. */
export const pauseResult = z.object({ pausedAt: instant });
export type PauseResult = z.infer<typeof pauseResult>;

/** `POST /api/handlers/:id/resume`: how many runs waited for it. */
export const resumeResult = z.object({ released: count });
export type ResumeResult = z.infer<typeof resumeResult>;

/** A handler that is failing or paused: part of `GET /api/changes`, for the line on top of every view. */
export const failingHandler = z.object({
  handler: handlerName,
  /** Its first failure since its last success; null: it is paused only. */
  failingSince: instant.nullable(),
  pausedAt: instant.nullable(),
  /** When one run probes whether its circuit can be closed; null: that is closed. */
  nextProbeAt: instant.nullable(),
  /** Its runs that wait, retries included, and its dead letters: each counted up to 10,000. */
  waiting: count,
  dead: count,
  /** What the last of its runs to begin failing says. */
  error: z.string().nullable(),
  /** Whether the handler still exists. */
  registered: z.boolean(),
});
export type FailingHandler = z.infer<typeof failingHandler>;
