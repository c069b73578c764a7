/** Tells of each dead letter once, whichever invocation made it and whether or not that lived to tell. */
import { DEAD_LETTERS_QUEUE, type RunData } from "./queue.ts";
import { WORK_TIMEOUT_MS, type Work } from "./work.ts";

const TOLD_AT_ONCE = 100;

/**
 * Reports the dead letters that nobody has reported. The note comes before the report: two invocations at once
 * tell each one once.
 *
 * pg-boss gives a dead letter the priority 0 of its run, and nothing takes jobs from that queue by priority: 1 is the
 * note, and the queue's own index finds those without it.
 */
export async function tellDeadLetters({
  database,
  report,
}: Pick<Work, "database" | "report">): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ data: RunData; tries: number; error: string | null }>(
      `update pgboss.job set priority = 1
       where name = $1 and id in (
         select id from pgboss.job
         where name = $1 and state < 'active' and not blocked and priority = 0
         order by created_on limit ${TOLD_AT_ONCE} for update skip locked
       )
       returning data, source_retry_count + 1 as tries, source_output ->> 'message' as error`,
      [DEAD_LETTERS_QUEUE],
      { timeoutMs: WORK_TIMEOUT_MS },
    );
    for (const { data, tries, error } of rows) {
      report({
        kind: "dead-letter",
        handler: data.handler,
        uuid: data.uuid,
        eventType: data.eventType,
        attempts: tries,
        error: error ?? "unknown",
      });
    }
    if (rows.length < TOLD_AT_ONCE) return;
  }
}
