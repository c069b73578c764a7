/** How the handlers stand: what waits, what is tried again, and what is dead, by handler. */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";

/** The runs of one handler that are not done. */
export interface RunCounts {
  /** Not tried yet. */
  readonly waiting: number;
  /** Failed, and tried again. */
  readonly retrying: number;
  /** Failed for the last time. */
  readonly dead: number;
}

/** Of each state at most this many are counted. */
const MAX_COUNTED = 10_000;

/**
 * Counts by the name of the handler; one without such runs is left out. Indexes hold what is not done alone, so finished
 * runs cost nothing.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countRuns(database: Database): Promise<ReadonlyMap<string, RunCounts>> {
  const some = (state: string) =>
    `(select handler, state, failing_since from runs where state = '${state}' limit ${MAX_COUNTED})`;
  const { rows } = await database.query<CountRow>(
    `select handler,
       count(*) filter (where state <> 'dead' and failing_since is null) as waiting,
       count(*) filter (where state <> 'dead' and failing_since is not null) as retrying,
       count(*) filter (where state = 'dead') as dead
     from (${some("waiting")} union all ${some("held")} union all ${some("dead")}) runs
     group by 1`,
    [],
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
