/** Puts together what the work needs, for a function; a test hands in its own clock. */
import { systemClock } from "../../base/clock.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { Environment } from "../../settings/environment.ts";
import type { Database } from "../database/database.ts";
import type { Work } from "./work.ts";
import type { Reporter } from "./work-report.ts";

/** What an instance keeps from one call to the next. */
const lastLooks = new WeakMap<Database, Work["lastLook"]>();

/** Opens nothing by itself: the database connects at the first statement. */
export function openWork(
  database: Database,
  handlers: readonly Handler[],
  { environment, report }: { readonly environment: Environment; readonly report: Reporter },
): Work {
  const lastLook = lastLooks.get(database) ?? { at: null };
  lastLooks.set(database, lastLook);
  return { database, lastLook, handlers, environment, clock: systemClock, report };
}
