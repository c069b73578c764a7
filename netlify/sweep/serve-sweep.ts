/** The sweep's function, from the scheduler's call to its answer. */

import { systemClock } from "../base/clock.ts";
import { openBlobCache } from "../blob-cache/blob-cache.ts";
import { openInstanceDatabase } from "../events/database/open-instance-database.ts";
import { failureText } from "../events/work/failure-text.ts";
import { type Deploy, mayRunWork } from "../events/work/may-run-work.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { wantsColour } from "../report/colour.ts";
import { print } from "../report/print.ts";
import { reportCacheProblem } from "../report/report-cache-problem.ts";
import { reportWork } from "../report/report-work.ts";
import type { Environment } from "../settings/environment.ts";
import { runSweep } from "./run-sweep.ts";

const SUCCESSFUL = new Set(["asleep", "swept"]);

/** Never throws. Netlify's log shows a failure where something broke, or the handlers do not load. */
export async function serveSweep(
  { deploy }: { readonly deploy: Deploy },
  environment: Environment,
): Promise<Response> {
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
  const database = openInstanceDatabase({ deploy, environment });
  const result = await runSweep({
    environment,
    deploy,
    handlers: await loadHandlers(report),
    database,
    cache: openBlobCache({
      databaseId: database.id,
      report: (problem) => print(reportCacheProblem(problem, { reader })),
    }),
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    report,
  });
  return Response.json(result, { status: SUCCESSFUL.has(result.outcome) ? 200 : 500 });
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
