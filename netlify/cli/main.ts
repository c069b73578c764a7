/** The entry of `npm run hook -- <command>`: settings from `.env`, the program, and errors as sentences. */
import { existsSync } from "node:fs";
import { debuglog } from "node:util";
import { CommanderError } from "commander";
import { SettingsError } from "../settings/environment.ts";
import { processContext } from "./cli-context.ts";
import { buildProgram } from "./program.ts";
import { stopAtSwallowedFlags } from "./stop-at-swallowed-flags.ts";
import type { KnownFlag } from "./swallowed-flags.ts";
import { CommandError, processTerminal, UsageError } from "./terminal.ts";

const debug = debuglog("hook");

const program = buildProgram(processContext((name) => process.env[name], processTerminal));
const args = process.argv.slice(2);

if (!stopAtSwallowedFlags("npm run hook", args, flagsOf(args))) {
  try {
    loadSettings();
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    complain(error);
  }
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

/** @throws {CommandError} for a `.env` that is a folder, or not ours to read. */
function loadSettings(): void {
  if (!existsSync(".env")) return;
  try {
    process.loadEnvFile(".env");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`.env cannot be read: ${reason}`, { cause });
  }
}

/** What a person can mend is said in a sentence; anything else is our mistake, and tells where when it is asked. */
function complain(error: unknown): void {
  // The parser has said what is wrong, or shown what was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const mendable = error instanceof CommandError || error instanceof SettingsError;
  const message = error instanceof Error ? error.message : String(error);
  processTerminal.error(
    mendable ? message : `This should not happen: ${message} (NODE_DEBUG=hook shows where.)`,
  );
  debug("%o", error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
