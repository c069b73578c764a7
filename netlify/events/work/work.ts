/** What every piece of work needs, handed in once. */
import type { Handler } from "../../handlers/define-handler.ts";
import type { Database } from "../database.ts";
import type { Clock } from "./clock.ts";
import type { Queue } from "./queue.ts";
import type { Reporter } from "./work-report.ts";

/** The parts that work is done with. */
export interface Work {
  readonly database: Database;
  readonly queue: Queue;
  readonly handlers: readonly Handler[];
  readonly clock: Clock;
  readonly report: Reporter;
}

/** How long a statement of the work may take: nobody waits for it, but the invocation must not end on it. */
export const WORK_TIMEOUT_MS = 10_000;
