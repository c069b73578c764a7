/** Who gets how much of the 30 s that a scheduled function has (Netlify). */
import { longestTry } from "../events/work/run-due-work.ts";
import type { Handler } from "../handler-kit/define-handler.ts";

/** When each part has to be over, in milliseconds since 1970. */
export interface TimeShares {
  /** Reading Okta's System Log. */
  readonly catchUp: number;
  /** The handlers. */
  readonly work: number;
  /** The retention. */
  readonly upkeep: number;
  /** Telling what is wrong. */
  readonly alerts: number;
}

const CATCH_UP_MS = 11_000;
const WORK_MS = 21_000;
const UPKEEP_MS = 25_000;
const ALERTS_MS = 28_500;
/** Between catch-up and the first try: the database may have to wake, and the runs are queued. */
const BEFORE_TRY_MS = 2_000;

/** However much catch-up has to read, the slowest handler still has its full time after it: else nothing would run. */
export function shareTime(startedAt: number, handlers: readonly Handler[]): TimeShares {
  const forCatchUp = WORK_MS - longestTry(handlers) - BEFORE_TRY_MS;
  return {
    catchUp: startedAt + Math.min(CATCH_UP_MS, forCatchUp),
    work: startedAt + WORK_MS,
    upkeep: startedAt + UPKEEP_MS,
    alerts: startedAt + ALERTS_MS,
  };
}
