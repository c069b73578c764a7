/** `--json`: a command prints its result as JSON to standard output, and everything else to standard error. */
import { Option } from "commander";
import type { Terminal } from "./terminal.ts";

/** The option. @param shape of what is printed, in words for `--help` */
export function jsonOption(shape: string): Option {
  return new Option("--json", `print JSON: ${shape}`);
}

/** Prints a result. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.outText(JSON.stringify(value, null, 2));
}

/** The terminal for a command that prints its result as JSON in the end: what it says on the way is no result. */
export function besideJson(terminal: Terminal): Terminal {
  return { ...terminal, out: terminal.error };
}
