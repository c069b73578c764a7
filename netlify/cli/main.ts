/** The entry of `npm run hook -- <command>`: settings from `.env`, the program, and errors as sentences. */
import { existsSync } from "node:fs";
import { SettingsError } from "../config.ts";
import { printableLine } from "../report/printable.ts";
import { subscription } from "./okta/subscription.ts";
import { buildProgram } from "./program.ts";
import { stopAtSwallowedFlags } from "./stop-at-swallowed-flags.ts";
import { processSurroundings } from "./surroundings.ts";
import type { KnownFlag } from "./swallowed-flags.ts";
import { CommandError, processTerminal } from "./terminal.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

const program = buildProgram(processSurroundings((name) => process.env[name], processTerminal, subscription));
const args = process.argv.slice(2);

if (!stopAtSwallowedFlags("npm run hook", args, flagsOf(args))) {
  await program.parseAsync(args, { from: "user" }).catch(complain);
}

/** The flags of the command that was called, however deep its name. */
function flagsOf(words: readonly string[]): KnownFlag[] {
  let command = program;
  for (const word of words)
    command = command.commands.find((candidate) => candidate.name() === word) ?? command;
  return command.options.flatMap(({ long, flags }) =>
    long ? [{ long, value: /<.+>|\[.+\]/.exec(flags)?.[0] }] : [],
  );
}

/** What a person can mend is said in a sentence; anything else is our mistake, and shows where. */
function complain(error: unknown): void {
  const mendable = error instanceof CommandError || error instanceof SettingsError;
  processTerminal.error(
    mendable ? printableLine(error.message) : String(error instanceof Error ? error.stack : error),
  );
  process.exitCode = 1;
}
