/** How each of our programs begins and ends: it stops at a flag that npm kept, and says an error in a sentence. */
import { debuglog } from "node:util";
import { CommanderError } from "commander";
import { SettingsError } from "../settings/environment.ts";
import { correctSwallowedFlags, type KnownFlag } from "./swallowed-flags.ts";
import { CommandError, processTerminal, UsageError } from "./terminal.ts";

const debug = debuglog("hook");

/**
 * Runs a program, and sets the exit code: 1 not done, 2 wrong usage.
 * @param script what was typed, e.g. `npm run hook`
 * @param flags those that npm may have kept
 */
export async function runProgram(
  script: string,
  flags: readonly KnownFlag[],
  run: (args: string[]) => unknown,
): Promise<void> {
  const args = process.argv.slice(2);
  const corrected = correctSwallowedFlags(script, args, flags, process.env);
  if (corrected !== null) {
    processTerminal.error("npm kept an option for itself. Options of the command come after --, like this:");
    processTerminal.error(`  ${corrected}`);
    process.exitCode = 2;
    return;
  }
  try {
    await run(args);
  } catch (error) {
    reportError(error);
  }
}

/** What a person can mend is said in a sentence; anything else is our mistake, and says where when it is asked. */
function reportError(error: unknown): void {
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
