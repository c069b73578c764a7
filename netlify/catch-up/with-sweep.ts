/** Catch-up as the hourly sweep does it: where it is on, in its own share of the time, and never at the sweep's cost. */
import { systemClock } from "../clock.ts";
import type { Database } from "../events/database/database.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import type { Deploy } from "../events/work/may-run-work.ts";
import { openWork } from "../events/work/open-work.ts";
import { queueEvents } from "../events/work/queue-events.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { listenedEventTypes } from "../handler-kit/handler-list.ts";
import { readCatchUpSettings } from "../settings/catch-up-settings.ts";
import type { Environment } from "../settings/environment.ts";
import { type CaughtUp, catchUp } from "./catch-up.ts";
import type { StateHints } from "./state.ts";

/** What the sweep hands on. */
export interface WithSweep {
  readonly environment: Environment;
  readonly deploy: Deploy;
  readonly database: Database;
  readonly hints: StateHints;
  /** Null: they do not load. What is recorded then is queued once they do. */
  readonly handlers: readonly Handler[] | null;
  readonly report: Reporter;
  /** When it has to be over, in milliseconds since 1970. */
  readonly deadline: number;
  readonly beforeRecording?: () => Promise<void>;
}

/**
 * Looks once, if catch-up is on.
 * @returns undefined where it is off, or broke; why is reported
 * @throws {DatabaseError}
 */
export async function catchUpWithSweep(sweep: WithSweep): Promise<CaughtUp | undefined> {
  const { environment, deploy, database, hints, handlers, report, deadline, beforeRecording } = sweep;
  const settings = readCatchUpSettings(environment, deploy.context !== "dev");
  if (!settings.on) return undefined;
  try {
    const result = await catchUp({
      settings: settings.org,
      database,
      hints,
      clock: systemClock,
      fetch: (input, init) => fetch(input, init),
      deadline,
      siteUrl: environment("URL"),
      listened: listenedEventTypes(handlers ?? []),
      ...(beforeRecording && { beforeRecording }),
      async queue(deliveryId) {
        if (handlers !== null)
          await queueEvents(openWork(database, handlers, { environment, report }), { deliveryId });
      },
    });
    const { outcome, inLog, recorded, missed, state } = result;
    report({
      kind: "caught-up",
      look: outcome,
      inLog,
      recorded,
      missed,
      problem: state.problem?.sentence ?? null,
    });
    return result;
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    report({ kind: "work-interrupted", error: `catch-up broke off: ${String(error)}` });
    return undefined;
  }
}
