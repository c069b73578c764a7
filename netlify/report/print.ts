/** Writes a report to the terminal of `netlify dev`, or to the deploy's log. */
import type { Report } from "./report-call.ts";

/** One call of the console for each report, as loud as it is. */
export function print({ level, text }: Report): void {
  console[level](text);
}
