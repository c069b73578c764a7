/** Catch-up as the hourly sweep does it: where it is on, in its own share of the time, and never at the sweep's cost. */
import { systemClock } from "../base/clock.ts";
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
import { type CatchUpState, readHint, type StateHints, save } from "./state.ts";

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

/** What the sweep learns of it. */
export interface SweptLog {
  /** The org's host. */
  readonly org: string;
  /** How catch-up stands; after a look that broke off, as the look before left it. Undefined: nothing is known. */
  readonly state: CatchUpState | undefined;
  /** Whether the database has that state. */
  readonly saved: boolean;
  readonly askedDatabase: boolean;
}

/**
 * Looks once, if catch-up is on. Whatever breaks in it is reported, and the sweep goes on: the next one looks from the same place.
 * @returns undefined where it is off
 */
export async function catchUpWithSweep(sweep: WithSweep): Promise<SweptLog | undefined> {
  const { environment, deploy, database, hints, handlers, report, deadline, beforeRecording } = sweep;
  const settings = readCatchUpSettings(environment, deploy.context !== "dev");
  if (!settings.on) return undefined;
  const org = new URL(settings.org.orgUrl).host;
  try {
    const { outcome, inLog, recorded, missed, state, saved, askedDatabase } = await catchUp({
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
    const problem = state.problem?.sentence ?? null;
    report({ kind: "caught-up", look: outcome, inLog, recorded, missed, problem });
    return { org, state, saved, askedDatabase };
  } catch (error) {
    report({ kind: "work-interrupted", error: `catch-up broke off: ${interruption(error)}` });
    return { org, state: await readHint(hints, org), saved: true, askedDatabase: true };
  }
}

/**
 * Keeps in the database, which is awake for another reason, how catch-up stands.
 * @throws {DatabaseError}
 */
export async function keepState(database: Database, { org, state, saved }: SweptLog): Promise<void> {
  if (state !== undefined && !saved) await save(database, org, state);
}
