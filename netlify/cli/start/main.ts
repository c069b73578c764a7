/** `npm start`: the endpoint and its page on this machine, for as long as nobody stops it. */
import { existsSync, renameSync } from "node:fs";
import { readDotEnv } from "../../dev/dot-env.ts";
import { claimInstance } from "../../dev/running-instance.ts";
import { type Environment, SettingsError } from "../../settings/environment.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import { readInspectorSettings, readLogPayloads, readRetentionDays } from "../../settings/site-settings.ts";
import { processContext } from "../cli-context.ts";
import { runProgram } from "../run-program.ts";
import { CommandError, processTerminal, UsageError } from "../terminal.ts";
import { FLAGS_NPM_KEEPS, netlifyDevOptions, type StartOptions, startCommand } from "./options.ts";
import { runSite } from "./run-site.ts";

await runProgram("npm start", FLAGS_NPM_KEEPS, (args) =>
  startCommand(start).parseAsync(args, { from: "user" }),
);

async function start(options: StartOptions, further: readonly string[]): Promise<void> {
  if (further[0]?.startsWith("-") === false) {
    throw new UsageError(
      `npm start takes no ${JSON.stringify(further[0])}: npm start -- --help lists its options.`,
    );
  }
  // `netlify dev` reads `.env` by itself, and would take what it finds in our environment for another source.
  const dotEnv = readDotEnv();
  const environment: Environment = (name) => process.env[name] ?? dotEnv[name];
  const problems = settingsProblems(environment);
  if (problems.length > 0) {
    throw new CommandError(`The settings cannot be used: ${problems.join("; ")}. See .env.example.`);
  }
  const claimed = claimInstance("npm start");
  if ("other" in claimed) {
    const { command, pid, site } = claimed.other;
    const where = site === null ? "and is not ready yet" : `at ${site}`;
    throw new CommandError(
      `${command} runs in this folder already, ${where} (process ${pid}). Use it, or end it first.`,
    );
  }
  if (options.reset) await reset(options.yes === true, environment);

  const say = { info: console.log, warn: console.warn, error: console.error };
  const code = await runSite({
    options: netlifyDevOptions(options, further),
    environment,
    noteSite: claimed.claim.noteSite,
    say: (level, text) => say[level](text),
    debug: options.debug === true,
    coloured: process.stdout.isTTY && !process.env.NO_COLOR,
  });
  process.exit(code);
}

/** Wrong settings are said before anything starts, all of them at once. */
function settingsProblems(environment: Environment): string[] {
  return [readHookSettings, readLogPayloads, readRetentionDays, readInspectorSettings].flatMap((read) => {
    try {
      read(environment);
      return [];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return [error.message];
    }
  });
}

/** Puts the local database aside, so that the next start makes an empty one. @throws {CommandError} where nobody agrees */
async function reset(sure: boolean, environment: Environment): Promise<void> {
  const { prompter: person } = processContext(environment, processTerminal);
  const agreed =
    sure || (await person.confirm("Begin with an empty database? The events there are kept aside."));
  if (agreed === undefined) {
    throw new CommandError(
      "Nobody is there to ask. To begin with an empty database: npm start -- --reset --yes",
    );
  }
  if (!agreed) throw new CommandError("Nothing was changed.");
  if (!existsSync(".netlify/db")) return console.log("There was no database yet.");
  const aside = `.netlify/db-${new Date().toISOString().replace(/\.\d+/, "").replaceAll(":", "-")}`;
  renameSync(".netlify/db", aside);
  console.log(`The old database is kept in ${aside}`);
}
