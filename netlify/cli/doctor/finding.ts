/** What a check found: one line, and the fix where there is something to mend. */
import { type Line, paint } from "../terminal.ts";

/** From best to worst, `skipped` apart: it could not be looked at, and why is said. */
export type State = "skipped" | "fine" | "warn" | "error";

/** One line of the doctor's. */
export interface Finding {
  /** What was looked at, e.g. "port 1337". */
  readonly about: string;
  readonly state: State;
  readonly message: string;
  /** What to do about it; null: nothing, or `message` says it. */
  readonly fix: string | null;
}

const finding =
  (state: State) =>
  (about: string, message: string, fix: string | null = null): Finding => ({ about, state, message, fix });

export const fine = finding("fine");
export const skipped = finding("skipped");
/** It works, but somebody should know. */
export const warn = finding("warn");
/** It does not work. */
export const error = finding("error");

/** 0: nothing to mend; 1: an error or a warning. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ state }) => state === "error" || state === "warn") ? 1 : 0;
}

const labels: Readonly<
  Record<State, { readonly text: string; readonly style: "green" | "yellow" | "red" | "dim" }>
> = {
  fine: { text: "ok   ", style: "green" },
  warn: { text: "warn ", style: "yellow" },
  error: { text: "ERROR", style: "red" },
  skipped: { text: "-    ", style: "dim" },
};

/** One line each, the fix below it, and the sum. */
export function describeFindings(findings: readonly Finding[]): Line[] {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const count = (state: State) => findings.filter((finding) => finding.state === state).length;
  const [errors, warnings] = [count("error"), count("warn")];
  return [
    ...findings.flatMap(({ about, state, message, fix }) => [
      [paint(labels[state].style, labels[state].text), ` ${about.padEnd(width)}  ${message}`],
      ...(fix === null ? [] : [`      ${"".padEnd(width)}  -> ${fix}`]),
    ]),
    "",
    errors + warnings === 0
      ? "Nothing to mend."
      : `${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}.`,
  ];
}
