/**
 * Hourly: what Okta did not deliver, what the deliveries left behind, retries that are due, and once a day the retention. Where nothing
 * can be there it does not wake the database. Wiring only.
 */
import type { Config, Context } from "@netlify/functions";
import { type Alerting, alertWithSweep, tellDatabaseAway } from "../alerts/with-sweep.ts";
import { catchUpWithSweep } from "../catch-up/with-sweep.ts";
import { systemClock } from "../clock.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { instanceDatabase } from "../events/database/instance-database.ts";
import { failureText, interruption } from "../events/work/failure-text.ts";
import { mayRunWork } from "../events/work/may-run-work.ts";
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
import { SettingsError } from "../settings/environment.ts";
import { readRetentionDays } from "../settings/site-settings.ts";

/** A scheduled function has 30 s (Netlify). Counted from its start: when catch-up ends, when the handlers end, when all ends. */
const CATCH_UP_MS = 11_000;
const WORK_MS = 21_000;
const ALL_MS = 25_000;
/** What is wrong is told in what is left. */
const ALERTS_MS = 28_500;

/** Events that another call queues at the same moment are queued once all the same: see `queueEvents`. */
const DEV_LEFT_BEHIND_MS = 1_000;

const environment = (name: string) => Netlify.env.get(name);

export default async function hourlySweep(_request: Request, context: Context): Promise<Response> {
  const startedAt = Date.now();
  if (!mayRunWork(context.deploy)) {
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
  const look = async (upkeep: boolean) => {
    const swept = await sweepOnce(handlers, { startedAt, upkeep, underNetlifyDev, report });
    return { ...swept, clean: swept.complete, upkeepDone: swept.retained };
  };
  const alerting: Alerting = {
    environment,
    database: instanceDatabase,
    hints,
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    deadline: startedAt + ALERTS_MS,
  };
  let endCatchUp: EndWork = async () => {};
  try {
    const caughtUp = await catchUpWithSweep({
      environment,
      deploy: context.deploy,
      database: instanceDatabase,
      hints,
      handlers,
      report,
      deadline: startedAt + CATCH_UP_MS,
      async beforeRecording() {
        endCatchUp = await beginWork(context.deploy, (problem) => print(reportHint(problem, { reader })));
      },
    });
    const looked = databaseSleeps(context.deploy)
      ? await lookIfNeeded(hints, startedAt, ({ upkeep }) => look(upkeep))
      : await look(true);
    const { failed } = await alertWithSweep(alerting, {
      state: caughtUp?.state,
      awake: looked !== null || caughtUp?.askedDatabase === true,
    });
    await endCatchUp(looked?.clean === true && failed === 0);
    return looked === null ? Response.json({ outcome: "asleep" }) : answer(looked);
  } catch (error) {
    report({ kind: "work-interrupted", error: interruption(error) });
    if (error instanceof DatabaseError) await tellDatabaseAway(alerting, error);
    return Response.json({ outcome: "interrupted" }, { status: error instanceof DatabaseError ? 503 : 500 });
  }
}

/** What one look of the sweep goes by. */
interface OnceOptions {
  readonly startedAt: number;
  /** Whether the retention is due. */
  readonly upkeep: boolean;
  readonly underNetlifyDev: boolean;
  readonly report: Reporter;
}

async function sweepOnce(
  handlers: readonly Handler[] | null,
  { startedAt, upkeep, underNetlifyDev, report }: OnceOptions,
) {
  const deadline = startedAt + ALL_MS;
  const days = upkeep ? retentionDays(report) : null;
  if (handlers === null) {
    // Nothing but the retention: without handlers, events would count as queued and due runs would be given up.
    const work = openWork(instanceDatabase, [], { environment, report });
    const kept =
      days === null ? { forgotten: 0, retained: false } : await applyRetention(work, deadline, days);
    return { ...kept, outcome: "retention-only", complete: false, nextDueAt: null };
  }
  const swept = await sweep(openWork(instanceDatabase, handlers, { environment, report }), {
    workDeadline: startedAt + WORK_MS,
    deadline,
    retentionDays: days,
    // A developer who has mended the handlers does not wait a minute for what came meanwhile.
    ...(underNetlifyDev && { leftBehindMs: DEV_LEFT_BEHIND_MS }),
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
function retentionDays(report: Reporter): number | null {
  try {
    return readRetentionDays(environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    report({ kind: "retention-stopped", error: error.message });
    return null;
  }
}

export const config: Config = { schedule: "@hourly" };
