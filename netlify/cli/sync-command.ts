/** `sync`: loads everybody whom a sync keeps in step, and compares them with Okta, here or on a site. */
import { Command, Option } from "commander";
import { type SyncBody, type SyncSlice, syncDropped, syncSlice } from "../api/schema/syncs.ts";
import { type Api, openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { CommandError, printJson } from "./terminal.ts";

interface SyncOptions {
  readonly dryRun?: true;
  readonly drop?: true;
  readonly yes?: true;
  readonly url?: string;
  readonly json?: true;
}

/** The command. */
export function syncCommand(context: CliContext): Command {
  return new Command("sync")
    .description("load everybody whom a sync keeps in step, and compare them with Okta")
    .argument("<name>", "the name of the sync")
    .option("--dry-run", "count only: apply nothing")
    .addOption(
      new Option("--drop", "forget what is kept here of a sync that is not in index.ts any more").conflicts(
        "dryRun",
      ),
    )
    .option("--yes", "do not ask")
    .addOption(apiUrlOption())
    .addOption(
      jsonOption(
        "{org, listed, known, applied, left, removed, failed, missing}: the org's host, and counts of users or groups; with --drop {dropped}",
      ),
    )
    .addHelpText(
      "after",
      `
The site reads Okta and writes your table with its own settings; the one that runs here with those of .env.
After Ctrl+C the same command goes on where it stopped.

Examples:
  npm run hook -- sync people --dry-run
  npm run hook -- sync people --url https://example.netlify.app`,
    )
    .action(async (name: string, options: SyncOptions) => {
      const api = openApi(options.url, context.environment);
      if (options.drop) await drop(api, name, options, context);
      else await sync(api, name, options, context);
    });
}

async function sync(api: Api, name: string, options: SyncOptions, context: CliContext) {
  const { terminal, prompter, clock } = context;
  const { yes, json } = options;
  const dryRun = options.dryRun === true;
  const path = `syncs/${encodeURIComponent(name)}`;
  let slice: SyncSlice | undefined;
  const goOn = async (body: SyncBody) => {
    slice = await api.post(path, body, syncSlice).catch((error: unknown) => {
      if (!(error instanceof CommandError) || slice === undefined) throw error;
      const until = summary(slice, dryRun);
      throw new CommandError(`${error.message} Until then: ${until}. The same command goes on.`, {
        cause: error,
      });
    });
    return slice;
  };
  const goThrough = async (first: SyncBody) =>
    await prompter.during(`Comparing ${name} with Okta`, async () => {
      let latest = await goOn(first);
      while (latest.outcome === "out-of-time") {
        prompter.tell(summary(latest, dryRun));
        if (latest.waitUntil !== null) {
          prompter.tell(`Okta's rate limit: it goes on at ${latest.waitUntil}.`);
          await clock.wait(Math.max(0, Date.parse(latest.waitUntil) - clock.now()));
        }
        latest = await goOn({ dryRun, progress: latest.progress });
      }
      return latest;
    });
  let result = await goThrough({ dryRun });
  if (result.outcome === "many-gone") {
    const { unseen = 0, present = 0 } = result.missing ?? {};
    const who = `${count(unseen)} of the ${things(result, present)} that ${name} keeps in step`;
    if (!yes) {
      const answer = await prompter.confirm(
        `${who} are not in the list of ${result.org} any more. Ask for each by its id, and remove who is gone?`,
      );
      if (answer === undefined)
        throw new CommandError(`${who} are not in the list: give --yes to remove who is gone.`);
      if (!answer) throw new CommandError("Nobody was removed.");
    }
    result = await goThrough({ dryRun, progress: { ...result.progress, mayRemoveMany: true } });
  }
  const { org, progress, missing } = result;
  if (json) printJson(terminal, { org, ...progress.counts, missing: missing?.unseen ?? null });
  else {
    terminal.out(`${org}: ${summary(result, dryRun)}.`);
    if (progress.counts.left > 0) {
      terminal.out(
        `${things(result, progress.counts.left)} changed meanwhile: the runs of their events apply them.`,
      );
    }
  }
  if (progress.failure === null) return;
  const again =
    result.outcome === "failing"
      ? "Nothing can be applied"
      : `${things(result, progress.counts.failed)} failed`;
  throw new CommandError(`${again}, the first with: ${progress.failure} The same command tries again.`);
}

async function drop(api: Api, name: string, { yes, json }: SyncOptions, { terminal, prompter }: CliContext) {
  if (!yes) {
    const answer = await prompter.confirm(
      `Forget what is kept of ${name} here? Your own table stays as it is.`,
    );
    if (answer === undefined) throw new CommandError("Nothing was forgotten: give --yes to forget it.");
    if (!answer) throw new CommandError("Nothing was forgotten.");
  }
  const result = await api.delete(`syncs/${encodeURIComponent(name)}`, {}, syncDropped);
  if (json) return printJson(terminal, result);
  terminal.out(`${count(result.dropped)} rows of ${name} were forgotten here. Your own table is as it was.`);
}

function summary(slice: SyncSlice, dryRun: boolean): string {
  const { listed, applied, removed } = slice.progress.counts;
  const missing = slice.missing?.unseen ?? 0;
  return dryRun
    ? `${things(slice, listed)} listed, ${count(applied)} new or changed, ${count(missing)} not in the list: nothing was applied`
    : `${things(slice, listed)} listed, ${count(applied)} new or changed and applied, ${count(removed)} gone and removed`;
}

const things = ({ of }: SyncSlice, number: number) => `${count(number)} ${of}${number === 1 ? "" : "s"}`;
const count = (number: number) => number.toLocaleString("en-US");
