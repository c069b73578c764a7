/** What a program of ours says when it ends with an error, and its exit code: 1 not done, 2 wrong usage. */
import { debuglog } from "node:util";
import { CommanderError } from "commander";
import { SettingsError } from "../settings/environment.ts";
import { CommandError, processTerminal, UsageError } from "./terminal.ts";

const debug = debuglog("hook");

/** What a person can mend is said in a sentence; anything else is our mistake, and tells where when it is asked. */
export function reportError(error: unknown): void {
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
