/** A report: what it is, and how it gets to the terminal of `netlify dev` or to the deploy's log. */
import { printableLine } from "../base/printable.ts";

/** A line (or, locally, several) and how loud it is. */
export interface Report {
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

/** One call of the console for each report, as loud as it is. */
export function print({ level, text }: Report): void {
  console[level](text);
}

/** One line of JSON in which nothing steers a terminal; what is escaped stays valid JSON. */
export function jsonLine(fields: Record<string, unknown>): string {
  return printableLine(JSON.stringify(fields));
}
