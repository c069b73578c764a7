/** Tells of each dead letter once, whichever invocation made it and whether or not that lived to tell. */
import { takeUntoldDeadLetters } from "./queue/dead-letters.ts";
import type { Work } from "./work.ts";

const TOLD_AT_ONCE = 100;

/** Reports the dead letters that nobody has reported. The note comes before the report. */
export async function tellDeadLetters({
  database,
  report,
}: Pick<Work, "database" | "report">): Promise<void> {
  for (;;) {
    const letters = await takeUntoldDeadLetters(database, TOLD_AT_ONCE);
    for (const { tries, error, ...run } of letters) {
      report({ kind: "dead-letter", ...run, attempts: tries, error: error ?? "unknown" });
    }
    if (letters.length < TOLD_AT_ONCE) return;
  }
}
