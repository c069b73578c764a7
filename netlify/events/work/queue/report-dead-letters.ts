/** Tells the log of dead letters: runs that failed for the last time. */
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { Work } from "../work.ts";
import type { RunIdentity } from "./queue-runs.ts";

const REPORT_BATCH_SIZE = 100;

/**
 * Reports each dead letter once, whichever invocation made it and whether or not that lived to report it: two callers at once get each
 * of them once. It is noted before it is reported.
 */
export async function reportDeadLetters({
  database,
  report,
}: Pick<Work, "database" | "report">): Promise<void> {
  for (;;) {
    const { rows } = await database.query<RunIdentity & { attempts: number; error: string | null }>(
      `update runs set reported = true
       where (event_uuid, handler) in (
         select event_uuid, handler from runs where state = 'dead' and not reported
         order by ended_at limit $1 for update skip locked
       )
       returning event_uuid as uuid, event_type as "eventType", handler, failures as attempts, error`,
      [REPORT_BATCH_SIZE],
      { timeoutMs: WORK_TIMEOUT_MS },
    );
    for (const { error, ...letter } of rows) {
      report({ kind: "dead-letter", ...letter, error: error ?? "unknown" });
    }
    if (rows.length < REPORT_BATCH_SIZE) return;
  }
}
