/** Puts together what the work needs, for a function; a test hands in its own clock. */
import { systemClock } from "../../base/clock.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { Environment } from "../../settings/environment.ts";
import type { Database } from "../database/database.ts";
import { openQueue } from "./queue/queue.ts";
import type { Work } from "./work.ts";
import type { Reporter } from "./work-report.ts";

/** What an instance keeps from one call to the next. */
const kept = new WeakMap<Database, Pick<Work, "queue" | "lastLook">>();

/** Opens nothing by itself: the database connects at the first statement. */
export function openWork(
  database: Database,
  handlers: readonly Handler[],
  { environment, report }: { readonly environment: Environment; readonly report: Reporter },
): Work {
  const { queue, lastLook } = kept.get(database) ?? { queue: openQueue(database), lastLook: { at: null } };
  kept.set(database, { queue, lastLook });
  return { database, queue, lastLook, handlers, environment, clock: systemClock, report };
}
