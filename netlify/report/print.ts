/** A report: what it is, and how it gets to the terminal of `netlify dev` or to the deploy's log. */
import { printableLine } from "../base/printable.ts";

/** A line (or, locally, several) and how loud it is. */
export interface Report {
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

/** Who reads it: a person at the terminal of `netlify dev`, or a machine that collects a deploy's log. */
export interface ReportStyle {
  readonly reader: "person" | "machine";
}

/** A report of one line: for a person in words, for a machine as JSON. */
export function writeReport(
  { reader }: ReportStyle,
  level: Report["level"],
  words: string,
  fields: Record<string, unknown>,
): Report {
  return { level, text: reader === "person" ? printableLine(words) : jsonLine({ level, ...fields }) };
}

/** One call of the console for each report, as loud as it is. */
export function print({ level, text }: Report): void {
  console[level](text);
}

/** One line of JSON in which nothing steers a terminal; what is escaped stays valid JSON. */
export function jsonLine(fields: Record<string, unknown>): string {
  return printableLine(JSON.stringify(fields));
}

/**
 * What is said when Netlify Blobs fail: nothing is lost with them, but the database is woken more often.
 * @param problem in words, as `openBlobCache` has them
 */
export function reportCacheProblem(problem: string, style: ReportStyle): Report {
  return writeReport(style, "warn", `! ${problem}`, { outcome: "blobs-unavailable", problem });
}
