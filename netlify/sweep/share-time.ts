/** Who gets how much of the 30 s that a scheduled function has (Netlify). */
import { longestTry } from "../events/work/run-due-work.ts";
import type { Handler } from "../handler-kit/define-handler.ts";

/** When each part has to be over, in milliseconds since 1970. */
export interface TimeShares {
  /** Reading Okta's System Log. */
  readonly catchUp: number;
  /** The statements of catch-up. */
  readonly catchUpStatements: number;
  /** The handlers. */
  readonly work: number;
  /** The retention. */
  readonly upkeep: number;
  /** Sending alerts. */
  readonly alerts: number;
  /** All other statements. */
  readonly statements: number;
  /** Sending that the database failed. Two calls to Netlify Blobs may follow, of 1 s at most. */
  readonly failureAlert: number;
}

const CATCH_UP_MS = 11_000;
const WORK_MS = 21_000;
const UPKEEP_MS = 24_000;
const ALERTS_MS = 26_000;
const STATEMENTS_MS = 27_000;
const FAILURE_ALERT_MS = 28_000;
/** Between reading the log and the first try: what was read is recorded, and the database may have to wake for it. */
const BEFORE_TRY_MS = 2_000;

/** However much catch-up has to read, the slowest handler still has its full time after it: else nothing would run. */
export function shareTime(startedAt: number, handlers: readonly Handler[]): TimeShares {
  const forCatchUp = Math.min(CATCH_UP_MS, WORK_MS - longestTry(handlers) - BEFORE_TRY_MS);
  return {
    catchUp: startedAt + forCatchUp,
    catchUpStatements: startedAt + forCatchUp + BEFORE_TRY_MS,
    work: startedAt + WORK_MS,
    upkeep: startedAt + UPKEEP_MS,
    alerts: startedAt + ALERTS_MS,
    statements: startedAt + STATEMENTS_MS,
    failureAlert: startedAt + FAILURE_ALERT_MS,
  };
}
