/**
 * One sweep: what Okta did not deliver is fetched, what the deliveries left behind is run, the retention is applied once a day, and alerts
 * are sent. Where nothing can be there the database sleeps on.
 */

import { alertOnDatabaseFailure } from "../alerts/database-alert.ts";
import { detectCatchUpConditions } from "../alerts/detect-catch-up-conditions.ts";
import { keyOfAlerts, runAlerts } from "../alerts/run-alerts.ts";
import type { Clock } from "../base/clock.ts";
import type { BlobCache } from "../blob-cache/blob-cache.ts";
import { runCatchUp, saveState } from "../catch-up/run-catch-up.ts";
import type { Database } from "../events/database/database.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { interruption } from "../events/work/failure-text.ts";
import type { Deploy } from "../events/work/may-run-work.ts";
import { openWork } from "../events/work/open-work.ts";
import { applyRetention, sweep } from "../events/work/sweep.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { type Environment, SettingsError } from "../settings/environment.ts";
import { readRetentionDays } from "../settings/site-settings.ts";
import { boundDatabase, OUT_OF_TIME } from "./bounded-database.ts";
import { shareTime, type TimeShares } from "./share-time.ts";
import { planSweep } from "./sweep-schedule.ts";

/** What a sweep is done with. */
export interface SweepContext {
  readonly environment: Environment;
  readonly deploy: Deploy;
  /** Null: they do not load. */
  readonly handlers: readonly Handler[] | null;
  readonly database: Database;
  readonly cache: BlobCache;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly report: Reporter;
}

/** Events that another call queues at the same moment are queued once all the same: see `queueEvents`. */
const DEV_LEFT_BEHIND_MS = 1_000;

/** Never throws: what breaks in here is reported, and the next sweep looks again. @returns what it came to, in words for the log */
export async function runSweep(context: SweepContext): Promise<{ readonly outcome: string }> {
  const { environment, deploy, handlers, cache, clock, report } = context;
  const startedAt = clock.now();
  const shares = shareTime(startedAt, handlers ?? []);
  // A developer sees by themselves that the code does not load.
  const alerting = { environment, codeLoads: handlers !== null || deploy.context === "dev" };
  const bound = (deadline: number) => ({
    ...context,
    database: boundDatabase(context.database, { clock, deadline }),
  });
  try {
    const plan = await planSweep(cache, startedAt, { mayWake: deploy.context === "dev" });
    if (!plan.hourly && !plan.work) return { outcome: "asleep" };
    await plan.begin();

    const caughtUp = plan.hourly
      ? await runCatchUp({ ...bound(shares.catchUpStatements), deadline: shares.catchUp })
      : undefined;
    const log = caughtUp === "off" ? undefined : caughtUp;
    // Undefined: not known this time. The alerts of before stay as they are.
    const conditions =
      caughtUp === "off" ? [] : log?.state && detectCatchUpConditions(log.state, clock.now());
    const alertKey = keyOfAlerts(alerting, conditions, plan.alertKey);
    // Without handlers nothing can be run: what is marked waits for them.
    const hasWork = plan.daily || (plan.work && handlers !== null);
    if (!hasWork && !log?.askedDatabase && alertKey === plan.alertKey) {
      await plan.finish({ isClean: handlers !== null, isUpkeepDone: false, alertKey });
      return { outcome: handlers === null ? "handlers-broken" : "asleep" };
    }
    const awake = bound(shares.statements);
    const swept = await sweepStore(awake, shares, plan.daily);
    if (log !== undefined) await saveState(awake.database, log);
    const nextAlertAt = await runAlerts({ ...alerting, ...awake, deadline: shares.alerts }, conditions);
    await plan.finish({
      isClean: swept.complete,
      nextDueAt: earlier(swept.nextDueAt, nextAlertAt),
      isUpkeepDone: swept.retained,
      alertKey,
    });
    return swept;
  } catch (error) {
    report({ kind: "work-interrupted", error: interruption(error) });
    if (error instanceof DatabaseError && error.code !== OUT_OF_TIME) {
      await alertOnDatabaseFailure({ ...context, deadline: shares.failureAlert }, error);
    }
    return { outcome: "interrupted" };
  }
}

/** Runs what is there to run, and once a day applies the retention. */
async function sweepStore(
  { database, handlers, environment, deploy, clock, report }: SweepContext,
  shares: TimeShares,
  daily: boolean,
) {
  const days = daily ? retentionDays(environment, report) : null;
  if (handlers === null) {
    // Nothing but the retention: without handlers, events would count as queued and due runs would be given up.
    const work = { database, clock, report };
    const kept =
      days === null ? { forgotten: 0, retained: false } : await applyRetention(work, shares.upkeep, days);
    return { ...kept, outcome: "retention-only", complete: false, nextDueAt: null };
  }
  const swept = await sweep(
    { ...openWork(database, handlers, { environment, report }), clock },
    {
      workDeadline: shares.work,
      deadline: shares.upkeep,
      retentionDays: days,
      // A developer who has mended the handlers does not wait a minute for what came meanwhile.
      ...(deploy.context === "dev" && { leftBehindMs: DEV_LEFT_BEHIND_MS }),
    },
  );
  return { ...swept, outcome: "swept" };
}

/** A mistake in `RETENTION_DAYS` keeps everything, and stops nothing else. */
function retentionDays(environment: Environment, report: Reporter): number | null {
  try {
    return readRetentionDays(environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    report({ kind: "retention-stopped", error: error.message });
    return null;
  }
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
