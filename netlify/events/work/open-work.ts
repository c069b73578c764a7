/** Puts together what the work needs, for a function; a test hands in its own clock. */

import { systemClock } from "../../clock.ts";
import type { Environment } from "../../config.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { Database } from "../database/database.ts";
import { openQueue, type Queue } from "./queue/queue.ts";
import type { Work } from "./work.ts";
import type { Reporter } from "./work-report.ts";

/** One queue for a database: it learns of its two queues once. */
const queues = new WeakMap<Database, Queue>();

/** Opens nothing by itself: the database connects at the first statement. */
export function openWork(
  database: Database,
  handlers: readonly Handler[],
  { environment, report }: { readonly environment: Environment; readonly report: Reporter },
): Work {
  const queue = queues.get(database) ?? openQueue(database);
  queues.set(database, queue);
  return { database, queue, handlers, environment, clock: systemClock, report };
}
