/** `okta catch-up`: fetches from the org's System Log what is missing here, or on a site. */
import { Command, Option } from "commander";
import { type CatchUpBody, catchUpSlice } from "../../api/schema/catch-up.ts";
import { openApi } from "../call-api.ts";
import type { CliContext } from "../cli-context.ts";
import { apiUrlOption, jsonOption, repeatable, sinceOption } from "../options.ts";
import { CommandError, printJson, UsageError } from "../terminal.ts";

/** Okta keeps its System Log for 90 days. */
const MAX_LOOKBACK_MS = 90 * 24 * 60 * 60 * 1000;

const REPLAY = "npm run hook -- replay --since <time> --state none";

interface CatchUpOptions {
  readonly since: number;
  readonly type?: readonly string[];
  readonly dryRun?: true;
  readonly run?: true;
  readonly url?: string;
  readonly json?: true;
}

/** The command. */
export function catchUpCommand(context: CliContext): Command {
  return new Command("catch-up")
    .description("fetch from the System Log what Okta did not deliver here")
    .addOption(sinceOption("how far back", context.clock.now).makeOptionMandatory())
    .addOption(repeatable("--type <event type>", "only events of this type", String))
    .addOption(new Option("--dry-run", "look, and record nothing").conflicts("run"))
    .option("--run", "run the handlers for what is recorded; without it none runs")
    .addOption(apiUrlOption())
    .addOption(
      jsonOption("{org, inLog, here, recorded, left, unknown}: the org's host, and counts of events"),
    )
    .addHelpText(
      "after",
      `
The site reads the log with its own OKTA_ORG_URL and sign-in; the one that runs here with those of .env.

Examples:
  npm run hook -- okta catch-up --since 2d --dry-run
  npm run hook -- okta catch-up --since 6h --type user.lifecycle.create --run
  npm run hook -- okta catch-up --since 2d --run --url https://example.netlify.app`,
    )
    .action((options: CatchUpOptions) => catchUp(options, context));
}

async function catchUp(
  options: CatchUpOptions,
  { environment, terminal, prompter: person, clock }: CliContext,
) {
  const { since, type, url } = options;
  if (since > clock.now()) throw new UsageError("--since must be a time that has gone by.");
  if (clock.now() - since > MAX_LOOKBACK_MS) throw new UsageError("Okta keeps its System Log for 90 days.");
  const api = openApi(url, environment);
  const mode = options.dryRun ? "dry-run" : options.run ? "run" : "record";
  const sum = { inLog: 0, here: 0, recorded: 0, left: 0, unknown: 0 };
  let org = "";
  await person.during("Reading the System Log", async () => {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const body: CatchUpBody = {
        since: new Date(since).toISOString(),
        mode,
        ...(type && { types: [...type] }),
        ...(cursor !== undefined && { cursor }),
      };
      const slice = await api.post("catch-up", body, catchUpSlice).catch((error: unknown) => {
        if (!(error instanceof CommandError) || sum.inLog === 0) throw error;
        throw new CommandError(`${error.message} Until then: ${summary(sum)}. The same command goes on.`, {
          cause: error,
        });
      });
      org = slice.org;
      for (const name of ["inLog", "here", "recorded", "left", "unknown"] as const) sum[name] += slice[name];
      cursor = slice.cursor;
      if (cursor !== null) person.tell(`Read until ${slice.until ?? "?"}: ${summary(sum)}`);
    }
  });
  if (options.json) return printJson(terminal, { org, ...sum });
  terminal.out(`${org}: ${summary(sum)}`);
  if (sum.left > 0) {
    terminal.out(
      mode === "dry-run"
        ? "Left: nothing was recorded. Without --dry-run what is missing is."
        : "Left: younger than five minutes, so Okta may deliver them still; or without a uuid.",
    );
  }
  if (sum.unknown > 0) {
    terminal.out(
      `${count(sum.unknown)} more are of a hook with a filter, and the log does not say whether it let them pass: they were left alone.`,
    );
  }
  if (sum.recorded > 0 && mode === "record") {
    terminal.out(`No handler runs for what was recorded. To run them: ${REPLAY}`);
  }
}

function summary({
  inLog,
  here,
  recorded,
  left,
}: Record<"inLog" | "here" | "recorded" | "left", number>): string {
  return `${count(inLog)} in the log, ${count(here)} here already, ${count(recorded)} recorded, ${count(left)} left`;
}

const count = (number: number) => number.toLocaleString("en-US");
