/** Puts together what the work needs, for a function; a test hands in its own clock. */
import type { Handler } from "../../handlers/define-handler.ts";
import type { Database } from "../database.ts";
import { systemClock } from "./clock.ts";
import { openQueue } from "./queue.ts";
import type { Work } from "./work.ts";
import type { Reporter } from "./work-report.ts";

/** Opens nothing by itself: the database connects at the first statement. */
export function openWork(database: Database, handlers: readonly Handler[], report: Reporter): Work {
  return { database, queue: openQueue(database), handlers, clock: systemClock, report };
}
