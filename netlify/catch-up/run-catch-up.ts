/** Catch-up as part of the sweep: once an hour where it is on, in its share of the time. When it fails the sweep goes on. */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import { interruption } from "../events/work/failure-text.ts";
import type { Deploy } from "../events/work/may-run-work.ts";
import { openWork } from "../events/work/open-work.ts";
import { queueEvents } from "../events/work/queue-events.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { listenedEventTypes } from "../handler-kit/handler-list.ts";
import { readCatchUpSettings } from "../settings/catch-up-settings.ts";
import type { Environment } from "../settings/environment.ts";
import { catchUp } from "./catch-up.ts";
import { type CatchUpState, readCached, type StateCache, save } from "./state.ts";

/** What catch-up is run with. */
export interface HourlyContext {
  readonly environment: Environment;
  readonly deploy: Deploy;
  readonly database: Database;
  readonly cache: StateCache;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Null: they do not load. What is recorded then is queued once they do. */
  readonly handlers: readonly Handler[] | null;
  readonly report: Reporter;
  /** When it has to be over, in milliseconds since 1970. */
  readonly deadline: number;
}

/** The result. */
export interface HourlyResult {
  /** The org's host. */
  readonly org: string;
  /** The state; after a failure, that of before. Undefined: it is not known. */
  readonly state: CatchUpState | undefined;
  /** Whether the database has that state. */
  readonly saved: boolean;
  readonly askedDatabase: boolean;
}

/** Reads the log on, if catch-up is on. A failure is reported, and the next sweep reads from the same place. */
export async function runCatchUp(context: HourlyContext): Promise<HourlyResult | "off"> {
  const { environment, deploy, database, cache, handlers, report } = context;
  const settings = readCatchUpSettings(environment, deploy.context !== "dev");
  if (!settings.on) return "off";
  const org = new URL(settings.org.orgUrl).host;
  try {
    const { outcome, inLog, recorded, missed, state, saved, askedDatabase } = await catchUp({
      settings: settings.org,
      database,
      cache,
      clock: context.clock,
      fetch: context.fetch,
      deadline: context.deadline,
      siteUrl: environment("URL"),
      listened: listenedEventTypes(handlers ?? []),
      async queue(deliveryId) {
        if (handlers !== null)
          await queueEvents(openWork(database, handlers, { environment, report }), { deliveryId });
      },
    });
    const problem = state.problem?.sentence ?? null;
    report({ kind: "caught-up", look: outcome, inLog, recorded, missed, problem });
    return { org, state, saved, askedDatabase };
  } catch (error) {
    report({ kind: "work-interrupted", error: `catch-up broke off: ${interruption(error)}` });
    return { org, state: await readCached(cache, org), saved: true, askedDatabase: true };
  }
}

/**
 * Saves the state in the database, once that is awake for another reason.
 * @throws {DatabaseError}
 */
export async function saveState(database: Database, { org, state, saved }: HourlyResult): Promise<void> {
  if (state !== undefined && !saved) await save(database, org, state);
}
