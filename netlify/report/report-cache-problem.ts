/** What the terminal or the log says when Netlify Blobs fail: nothing is lost with them, but the database is woken more often. */
import { printableLine } from "../base/printable.ts";
import type { LogStyle } from "./log-style.ts";
import { jsonLine, type Report } from "./print.ts";

/** @param problem in words, as `openBlobCache` has them */
export function reportCacheProblem(problem: string, { reader }: Pick<LogStyle, "reader">): Report {
  const level = "warn";
  if (reader === "machine")
    return { level, text: jsonLine({ level, outcome: "blobs-unavailable", problem }) };
  return { level, text: printableLine(`! ${problem}`) };
}
