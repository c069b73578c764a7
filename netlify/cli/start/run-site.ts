/** What `npm start` does once nothing stands in the way: the site runs, saves are told, retries are swept. */
import { type Stats, unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import { failing } from "../../api/schema/failing.ts";
import { systemClock } from "../../base/clock.ts";
import { checkCode, frameProblem, NOT_IN_A_CALL } from "../../dev/code-report.ts";
import { writeDevFunctions } from "../../dev/write-dev-functions.ts";
import type { Environment } from "../../settings/environment.ts";
import { openApi } from "../call-api.ts";
import { banner } from "./banner.ts";
import { callSweep } from "./call-sweep.ts";
import { filterOutput } from "./filter-output.ts";
import { reportCodeCheck } from "./report-code-check.ts";
import { supervise } from "./supervise.ts";
import { sweepWhenDue } from "./sweep-when-due.ts";
import { watchFiles } from "./watch-files.ts";

/** `netlify dev` reads it once. */
const SETTINGS = ".env";
/** After these lines of `netlify dev` a retry may be due later. */
const MAY_LEAVE_A_RETRY = /^Request from \S+: POST |will be tried again/;
/** Events were recorded, and nobody could queue them. */
const LEAVES_BEHIND = /the handlers do not load/;
/** The sweep takes what was recorded longer ago than a second. */
const LEFT_BEHIND_MS = 1_500;
/** The first calls after a start are slow enough without ours. */
const AFTER_START_MS = 15_000;

/** How the site runs, and where what is said of it goes. */
export interface SiteRun {
  /** Options of `netlify dev`. */
  readonly options: readonly string[];
  readonly environment: Environment;
  readonly say: (level: "info" | "warn" | "error", text: string) => void;
  readonly coloured: boolean;
  /** Whether what netlify dev says of each call is shown. */
  readonly debug: boolean;
}

/** Runs the site until somebody stops it. @returns the exit code */
export async function runSite({ options, environment, say, coloured, debug }: SiteRun): Promise<number> {
  const root = process.cwd();
  let site: string | undefined;
  const isShown = filterOutput(debug);
  const lookForRetries = sweepWhenDue({
    clock: systemClock,
    nextTryAt: () => nextTryAt(site, environment),
    sweep: () => callSweep(site),
  });
  // A call may meet code that does not load though no check ever does: what it recorded is handled as soon as one loads.
  let loads = true;
  let leftBehind = false;
  const sweepLeftBehind = async () => {
    if (!leftBehind || !loads) return;
    leftBehind = false;
    await systemClock.wait(LEFT_BEHIND_MS);
    await callSweep(site);
  };
  const onSaved = reportCodeCheck({
    check: () => checkCode(root),
    frame: (problem) => frameProblem(problem, root, coloured),
    say,
    async onChecked(nowLoads) {
      loads = nowLoads;
      if (!loads) return;
      await writeDevFunctions(root);
      void sweepLeftBehind();
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
        say("info", again ? `\nThe endpoint is served again at ${address}\n` : banner(address, environment));
        setTimeout(lookForRetries, AFTER_START_MS).unref();
      },
      onLine(line, stream) {
        if (isShown(line)) say(stream === "out" ? "info" : "error", line);
        if (MAY_LEAVE_A_RETRY.test(line)) void lookForRetries();
        if (LEAVES_BEHIND.test(line)) {
          leftBehind = true;
          void sweepLeftBehind();
        }
      },
    });
  } finally {
    unwatchFile(SETTINGS, onSettings);
    endWatch();
  }
}

async function nextTryAt(site: string | undefined, environment: Environment): Promise<Date | null> {
  if (site === undefined) return null;
  const { groups } = await openApi(site, environment).get("failing", failing);
  const next = groups.flatMap(({ nextTryAt }) => (nextTryAt === null ? [] : [Date.parse(nextTryAt)]));
  return next.length === 0 ? null : new Date(Math.min(...next));
}
