/** `npm start`: the endpoint and its page on this machine, for as long as nobody stops it. */
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { CommanderError } from "commander";
import { findLock } from "../../dev/database-lock.ts";
import { claimInstance, releaseInstance } from "../../dev/running-instance.ts";
import { type Environment, SettingsError } from "../../settings/environment.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import { readInspectorSettings, readLogPayloads, readRetentionDays } from "../../settings/site-settings.ts";
import { processContext } from "../cli-context.ts";
import { stopAtSwallowedFlags } from "../stop-at-swallowed-flags.ts";
import { processTerminal } from "../terminal.ts";
import { FLAGS_NPM_KEEPS, netlifyDevOptions, type StartOptions, startCommand } from "./options.ts";
import { putDatabaseAside } from "./put-database-aside.ts";
import { runSite } from "./run-site.ts";

/** `netlify dev` reads `.env` by itself, and would take what it finds in our environment for another source. */
const dotEnv = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
const environment: Environment = (name) => process.env[name] ?? dotEnv[name];

const args = process.argv.slice(2);
if (!stopAtSwallowedFlags("npm start", args, FLAGS_NPM_KEEPS)) {
  try {
    await startCommand(start).parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}

async function start(options: StartOptions, further: readonly string[]): Promise<void> {
  const problems = settingsProblems();
  if (problems.length > 0) {
    console.error(`The settings cannot be used: ${problems.join("; ")}. See .env.example.`);
    process.exit(1);
  }
  const other = claimInstance({ pid: process.pid, command: "npm start" });
  if (other !== undefined) {
    const where = other.site === null ? "and is not ready yet" : `at ${other.site}`;
    console.error(
      `${other.command} runs in this folder already, ${where} (process ${other.pid}). Use it, or end it first.`,
    );
    process.exit(1);
  }
  process.once("exit", () => releaseInstance(process.pid));
  const holder = findLock();
  if (holder !== undefined) {
    console.error(
      `The database is in use by process ${holder.pid}, a netlify dev of this folder. End it first.`,
    );
    process.exit(1);
  }
  if (options.reset && !(await reset(options.yes === true))) process.exit(1);

  const say = { info: console.log, warn: console.warn, error: console.error };
  const code = await runSite({
    options: netlifyDevOptions(options, further),
    environment,
    say: (level, text) => say[level](text),
    debug: options.debug === true,
    coloured: process.stdout.isTTY && !process.env.NO_COLOR,
  });
  process.exit(code);
}

/** Wrong settings are said before anything starts, all of them at once. */
function settingsProblems(): string[] {
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

/** @returns whether to go on */
async function reset(sure: boolean): Promise<boolean> {
  const { person } = processContext(environment, processTerminal);
  const agreed =
    sure || (await person.confirm("Begin with an empty database? The events there are kept aside."));
  if (agreed === undefined) {
    console.error("Nobody is there to ask. To begin with an empty database: npm start -- --reset --yes");
    return false;
  }
  if (!agreed) return false;
  const aside = putDatabaseAside(new Date());
  console.log(aside === undefined ? "There was no database yet." : `The old database is kept in ${aside}`);
  return true;
}
