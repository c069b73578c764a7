/** The sweep's function, from the scheduler's call to its answer. */
import { systemClock } from "../base/clock.ts";
import { openBlobCache } from "../blob-cache/blob-cache.ts";
import { openInstanceDatabase } from "../events/database/open-instance-database.ts";
import { type Deploy, mayRunWork } from "../events/work/may-run-work.ts";
import { loadHandlers } from "../invocation/work-after-response.ts";
import { chooseWorkStyle } from "../report/log-style.ts";
import { print, reportCacheProblem } from "../report/print.ts";
import { openReporter } from "../report/report-work.ts";
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
  const style = chooseWorkStyle(environment);
  const report = openReporter(style);
  const database = openInstanceDatabase({ deploy, environment });
  const result = await runSweep({
    environment,
    deploy,
    handlers: await loadHandlers(report),
    database,
    cache: openBlobCache({
      databaseId: database.id,
      report: (problem) => print(reportCacheProblem(problem, style)),
    }),
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    report,
  });
  return Response.json(result, { status: SUCCESSFUL.has(result.outcome) ? 200 : 500 });
}
