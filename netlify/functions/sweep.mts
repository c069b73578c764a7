/** Hourly: what the deliveries left behind, retries that are due, and the retention. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { catchUpWithSweep } from "../catch-up/with-sweep.ts";
import { readRetentionDays, SettingsError } from "../config.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { instanceDatabase } from "../events/database/instance-database.ts";
import { failureText, interruption } from "../events/work/failure-text.ts";
import { mayRunWork } from "../events/work/may-run-work.ts";
import { openWork } from "../events/work/open-work.ts";
import { applyRetention, sweep } from "../events/work/sweep.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { openHints } from "../hints/hints.ts";
import { wantsColour } from "../report/colour.ts";
import { print } from "../report/print.ts";
import { reportWork } from "../report/report-work.ts";

/** A scheduled function has 30 s (Netlify). Counted from its start: when catch-up ends, when the handlers end, when all ends. */
const CATCH_UP_MS = 11_000;
const WORK_MS = 21_000;
const ALL_MS = 25_000;

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
  const deadline = startedAt + ALL_MS;
  const days = retentionDays(report);
  const handlers = await loadHandlers(report);
  try {
    await catchUpWithSweep({
      environment,
      deploy: context.deploy,
      database: instanceDatabase,
      hints: openHints({ report: (problem) => report({ kind: "work-interrupted", error: problem }) }),
      handlers,
      report,
      deadline: startedAt + CATCH_UP_MS,
    });
    if (handlers === null) {
      // Nothing but the retention: without handlers, events would count as queued and due runs would be given up.
      const work = openWork(instanceDatabase, [], { environment, report });
      const forgotten = days === null ? 0 : await applyRetention(work, deadline, days);
      return Response.json({ outcome: "retention-only", forgotten }, { status: 500 });
    }
    const swept = await sweep(openWork(instanceDatabase, handlers, { environment, report }), {
      workDeadline: startedAt + WORK_MS,
      deadline,
      retentionDays: days,
      // A developer who has mended the handlers does not wait a minute for what came meanwhile.
      ...(underNetlifyDev && { leftBehindMs: DEV_LEFT_BEHIND_MS }),
    });
    return Response.json({ outcome: "swept", ...swept });
  } catch (error) {
    report({ kind: "work-interrupted", error: interruption(error) });
    return Response.json({ outcome: "interrupted" }, { status: error instanceof DatabaseError ? 503 : 500 });
  }
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
