/** Catch-up as part of the sweep: once an hour where it is on, in its share of the time. When it fails the sweep goes on. */
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
import type { CatchUpContext } from "./read-pages.ts";
import { type CatchUpState, readCached, save } from "./state.ts";

/** What the sweep has. */
interface HourlyContext extends Omit<CatchUpContext, "settings" | "siteUrl" | "listened" | "queue"> {
  readonly environment: Environment;
  readonly deploy: Deploy;
  /** Null: they do not load. What is recorded then is queued once they do. */
  readonly handlers: readonly Handler[] | null;
  readonly report: Reporter;
}

/** The result. */
interface HourlyResult {
  /** The org's host. */
  readonly org: string;
  /** The state; after a failure, that of before. Undefined: it is not known. */
  readonly state: CatchUpState | undefined;
  /** Whether the database was asked; then it has the state too. */
  readonly askedDatabase: boolean;
}

/** Reads the log on, if catch-up is on. A failure is reported, and the next sweep reads from the same place. */
export async function runCatchUp(context: HourlyContext): Promise<HourlyResult | "off"> {
  const { environment, deploy, database, cache, handlers, report } = context;
  const settings = readCatchUpSettings(environment, deploy.context !== "dev");
  if (!settings.on) return "off";
  const org = new URL(settings.org.orgUrl).host;
  try {
    const { outcome, inLog, recorded, missed, state, askedDatabase } = await catchUp({
      ...context,
      settings: settings.org,
      siteUrl: environment("URL"),
      listened: listenedEventTypes(handlers ?? []),
      async queue(deliveryId) {
        if (handlers !== null)
          await queueEvents(openWork(database, handlers, { environment, report }), { deliveryId });
      },
    });
    const problem = state.problem?.sentence ?? null;
    report({ kind: "caught-up", look: outcome, inLog, recorded, missed, problem });
    return { org, state, askedDatabase };
  } catch (error) {
    report({ kind: "work-interrupted", error: `catch-up broke off: ${interruption(error)}` });
    return { org, state: await readCached(cache, org), askedDatabase: true };
  }
}

/**
 * Saves the state in the database, once that is awake for another reason.
 * @throws {DatabaseError}
 */
export async function saveState(
  database: Database,
  { org, state, askedDatabase }: HourlyResult,
): Promise<void> {
  if (state !== undefined && !askedDatabase) await save(database, org, state);
}
