/**
 * One sweep, from the scheduler's call to its answer: what Okta did not deliver is fetched, what the deliveries left behind is run, the
 * retention is applied once a day, and what is wrong is told. Where nothing can be there the database sleeps on.
 */
import { type Alerting, alertWithSweep, tellDatabaseAway } from "../alerts/with-sweep.ts";
import { systemClock } from "../base/clock.ts";
import { catchUpWithSweep, keepState } from "../catch-up/with-sweep.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { instanceDatabase } from "../events/database/instance-database.ts";
import { failureText, interruption } from "../events/work/failure-text.ts";
import { type Deploy, mayRunWork } from "../events/work/may-run-work.ts";
import { openWork } from "../events/work/open-work.ts";
import { applyRetention, sweep } from "../events/work/sweep.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { openHints } from "../hints/hints.ts";
import { lookIfNeeded } from "../hints/look-if-needed.ts";
import { beginWork, databaseSleeps, type EndWork } from "../hints/work-marks.ts";
import { wantsColour } from "../report/colour.ts";
import { print } from "../report/print.ts";
import { reportHint } from "../report/report-hint.ts";
import { reportWork } from "../report/report-work.ts";
import { type Environment, SettingsError } from "../settings/environment.ts";
import { readRetentionDays } from "../settings/site-settings.ts";
import { shareTime, type TimeShares } from "./share-time.ts";

/** Events that another call queues at the same moment are queued once all the same: see `queueEvents`. */
const DEV_LEFT_BEHIND_MS = 1_000;

/** Never throws: what breaks in here is logged and answered, and the next sweep looks again. */
export async function serveSweep(
  { deploy }: { readonly deploy: Deploy },
  environment: Environment,
): Promise<Response> {
  const startedAt = Date.now();
  if (!mayRunWork(deploy)) {
    return Response.json({
      outcome: "not-here",
      reason: "work runs on the published production deploy only",
    });
  }
  const underNetlifyDev = environment("NETLIFY_DEV") === "true";
  const reader = underNetlifyDev ? "person" : "machine";
  const coloured = underNetlifyDev && wantsColour(environment);
  const report: Reporter = (happened) => print(reportWork(happened, { reader, coloured }));
  const hints = openHints({ report: (problem) => print(reportHint(problem, { reader })) });
  const handlers = await loadHandlers(report);
  const shares = shareTime(startedAt, handlers ?? []);
  const look = async (upkeep: boolean) => {
    const days = upkeep ? retentionDays(environment, report) : null;
    const swept = await sweepOnce(handlers, { shares, days, environment, report });
    return { ...swept, clean: swept.complete, upkeepDone: swept.retained };
  };
  const alerting: Alerting = {
    environment,
    database: instanceDatabase,
    hints,
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    deadline: shares.alerts,
  };
  let endCatchUp: EndWork = async () => {};
  try {
    const caughtUp = await catchUpWithSweep({
      environment,
      deploy,
      database: instanceDatabase,
      hints,
      handlers,
      report,
      deadline: shares.catchUp,
      async beforeRecording() {
        endCatchUp = await beginWork(deploy, (problem) => print(reportHint(problem, { reader })));
      },
    });
    const looked = databaseSleeps(deploy)
      ? await lookIfNeeded(hints, startedAt, ({ upkeep }) => look(upkeep))
      : await look(true);
    const awake = looked !== null || caughtUp?.askedDatabase === true;
    if (awake && caughtUp !== undefined) await keepState(instanceDatabase, caughtUp);
    const { failed } = await alertWithSweep(alerting, { caughtUp, awake });
    await endCatchUp(looked?.clean === true && failed === 0);
    return looked === null ? Response.json({ outcome: "asleep" }) : answer(looked);
  } catch (error) {
    report({ kind: "work-interrupted", error: interruption(error) });
    if (error instanceof DatabaseError) await tellDatabaseAway(alerting, error);
    return Response.json({ outcome: "interrupted" }, { status: error instanceof DatabaseError ? 503 : 500 });
  }
}

/** What one look goes by. */
interface OnceOptions {
  readonly shares: TimeShares;
  /** `RETENTION_DAYS`; null: nothing is forgotten now. */
  readonly days: number | null;
  readonly environment: Environment;
  readonly report: Reporter;
}

async function sweepOnce(
  handlers: readonly Handler[] | null,
  { shares, days, environment, report }: OnceOptions,
) {
  if (handlers === null) {
    // Nothing but the retention: without handlers, events would count as queued and due runs would be given up.
    const work = openWork(instanceDatabase, [], { environment, report });
    const kept =
      days === null ? { forgotten: 0, retained: false } : await applyRetention(work, shares.upkeep, days);
    return { ...kept, outcome: "retention-only", complete: false, nextDueAt: null };
  }
  const swept = await sweep(openWork(instanceDatabase, handlers, { environment, report }), {
    workDeadline: shares.work,
    deadline: shares.upkeep,
    retentionDays: days,
    // A developer who has mended the handlers does not wait a minute for what came meanwhile.
    ...(environment("NETLIFY_DEV") === "true" && { leftBehindMs: DEV_LEFT_BEHIND_MS }),
  });
  return { ...swept, outcome: "swept" };
}

/** Says what was done; a failure where the handlers do not load. */
function answer(swept: Awaited<ReturnType<typeof sweepOnce>>): Response {
  return Response.json(swept, { status: swept.outcome === "swept" ? 200 : 500 });
}

/** Loaded here and not with the file: a handler that does not load must not keep people's data past its time. */
async function loadHandlers(report: Reporter): Promise<readonly Handler[] | null> {
  try {
    const { handlers } = await import("../handlers/index.ts");
    return handlers;
  } catch (error) {
    report({ kind: "handlers-broken", error: failureText(error) });
    return null;
  }
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
