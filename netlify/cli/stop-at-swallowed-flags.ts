/** What every command does first: it does not run without a flag that was typed and that npm kept for itself. */
import { correctSwallowedFlags, type KnownFlag } from "./swallowed-flags.ts";
import { processTerminal } from "./terminal.ts";

/**
 * Shows the line that works, and sets the exit code, where npm kept one of `flags`.
 * @param script what was run, e.g. `npm run hook`.
 * @returns whether the command must not go on.
 */
export function stopAtSwallowedFlags(
  script: string,
  args: readonly string[],
  flags: readonly KnownFlag[],
): boolean {
  const corrected = correctSwallowedFlags(script, args, flags, process.env);
  if (corrected === null) return false;
  processTerminal.error("npm kept an option for itself. Options of the command come after --, like this:");
  processTerminal.error(`  ${corrected}`);
  process.exitCode = 2;
  return true;
}
