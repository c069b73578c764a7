/** How the handlers stand: what waits, what is tried again, and what is dead, by handler. */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue-names.ts";

/** The runs of one handler that are not done. */
export interface RunCounts {
  /** Not tried yet. */
  readonly waiting: number;
  /** Failed, and tried again. */
  readonly retrying: number;
  /** Failed for the last time. */
  readonly dead: number;
}

/** Of each queue at most this many are counted: whoever has more has another question than how many. */
const MOST_COUNTED = 10_000;

/**
 * Counts by the name of the handler; one without such runs is left out. The index of what is not done holds these rows alone,
 * so finished runs cost nothing.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countRuns(database: Database): Promise<ReadonlyMap<string, RunCounts>> {
  const unfinished = (queue: string, blocked = "not blocked") =>
    `(select name, state, data from pgboss.job where name = ${queue} and state < 'active' and ${blocked} limit ${MOST_COUNTED})`;
  const { rows } = await database.query<CountRow>(
    `select data ->> 'handler' as handler,
       count(*) filter (where name = $1 and state = 'created') as waiting,
       count(*) filter (where name = $1 and state = 'retry') as retrying,
       count(*) filter (where name = $2) as dead
     from (${unfinished("$1")} union all ${unfinished("$1", "blocked")} union all ${unfinished("$2")}) runs
     group by 1`,
    [RUNS_QUEUE, DEAD_LETTERS_QUEUE],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return new Map(
    rows.map(({ handler, waiting, retrying, dead }) => [
      handler,
      { waiting: Number(waiting), retrying: Number(retrying), dead: Number(dead) },
    ]),
  );
}

/** `count` comes back as text. */
interface CountRow {
  readonly handler: string;
  readonly waiting: string;
  readonly retrying: string;
  readonly dead: string;
}
