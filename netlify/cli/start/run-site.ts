/** What `npm start` does once nothing stands in the way: the site runs, saves are told, and it is swept by the clock. */
import { type Stats, unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { checkCode, frameProblem, NOT_IN_A_CALL } from "../../dev/code-report.ts";
import { writeDevFunctions } from "../../dev/write-dev-functions.ts";
import type { Environment } from "../../settings/environment.ts";
import { banner } from "./banner.ts";
import { filterOutput } from "./filter-output.ts";
import { reportCodeCheck } from "./report-code-check.ts";
import { supervise } from "./supervise.ts";
import { callSweep, sweepByClock } from "./sweep-by-clock.ts";
import { watchFiles } from "./watch-files.ts";

/** `netlify dev` reads it once. */
const SETTINGS = ".env";

/** How the site runs, and where what is said of it goes. */
export interface SiteRun {
  /** Options of `netlify dev`. */
  readonly options: readonly string[];
  readonly environment: Environment;
  /** Notes the site's address for the commands. */
  readonly noteSite: (site: string) => void;
  readonly say: (level: "info" | "warn" | "error", text: string) => void;
  readonly coloured: boolean;
  /** Whether what netlify dev says of each call is shown. */
  readonly debug: boolean;
}

/** Runs the site until somebody stops it. @returns the exit code */
export async function runSite({
  options,
  environment,
  noteSite,
  say,
  coloured,
  debug,
}: SiteRun): Promise<number> {
  const root = process.cwd();
  let site: string | undefined;
  const isShown = filterOutput(debug);
  const sweepSoon = sweepByClock(systemClock, () => callSweep(site));
  const onSaved = reportCodeCheck({
    check: () => checkCode(root),
    frame: (problem) => frameProblem(problem, root, coloured),
    say,
    async onChecked(loads) {
      if (!loads) return;
      await writeDevFunctions(root);
      // A call may have met code that did not load: what it recorded waits.
      sweepSoon();
    },
  });
  const endWatch = watchFiles(
    join(root, "netlify"),
    (files) => void onSaved(files.map((file) => join("netlify", file))).catch(tellFault),
    { without: NOT_IN_A_CALL },
  );
  const onSettings = (now: Stats, before: Stats) => {
    // For a file that is not there Node calls once, of nothing.
    if (now.mtimeMs === before.mtimeMs && now.size === before.size) return;
    say(
      "warn",
      "! .env was changed. npm start reads it when it starts: stop it with Ctrl+C and start it again.",
    );
  };
  watchFile(SETTINGS, { persistent: false, interval: 1_000 }, onSettings);
  const tellFault = (error: unknown) => say("error", `The saved code could not be checked: ${error}`);
  try {
    return await supervise({
      options,
      say: (text) => say("error", text),
      onReady(address, again) {
        site = address;
        noteSite(address);
        say("info", again ? `\nThe endpoint is served again at ${address}\n` : banner(address, environment));
      },
      onLine(line, stream) {
        if (isShown(line)) say(stream === "out" ? "info" : "error", line);
      },
    });
  } finally {
    unwatchFile(SETTINGS, onSettings);
    endWatch();
  }
}
