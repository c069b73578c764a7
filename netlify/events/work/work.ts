/** What every piece of work needs, handed in once. */
import type { Clock } from "../../base/clock.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { Environment } from "../../settings/environment.ts";
import type { Database } from "../database/database.ts";
import type { Reporter } from "./work-report.ts";

/** The parts that work is done with. */
export interface Work {
  readonly database: Database;
  readonly handlers: readonly Handler[];
  /** Where the handlers' settings are read from. */
  readonly environment: Environment;
  readonly clock: Clock;
  readonly report: Reporter;
  /** When this instance last looked for what others left behind, in milliseconds since 1970; null: not yet. */
  readonly lastLook: { at: number | null };
}
