/** The entry of `npm run hook -- <command>`: settings from `.env`, the program, and errors as sentences. */
import { readDotEnv } from "../dev/dot-env.ts";
import { processContext } from "./cli-context.ts";
import { buildProgram } from "./program.ts";
import { reportError } from "./report-error.ts";
import { stopAtSwallowedFlags } from "./stop-at-swallowed-flags.ts";
import type { KnownFlag } from "./swallowed-flags.ts";
import { processTerminal } from "./terminal.ts";

const program = buildProgram(processContext((name) => process.env[name], processTerminal));
const args = process.argv.slice(2);

if (!stopAtSwallowedFlags("npm run hook", args, flagsOf(args))) {
  try {
    loadSettings();
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    reportError(error);
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

/** What the shell sets is stronger than `.env`. */
function loadSettings(): void {
  for (const [name, value] of Object.entries(readDotEnv())) process.env[name] ??= value;
}
