import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { DEAD_LETTERS_QUEUE } from "./queue-names.ts";

/** The dead letters of one handler with one error. */
export interface DeadGroup {
  readonly handler: string;
  readonly error: string | null;
  readonly count: number;
  /** The types of its events, sorted. */
  readonly eventTypes: readonly string[];
  readonly lastDiedAt: Date;
}

/** What is looked at, the last to die first: a handler that fails for everything has more of the same. */
const MOST_LOOKED_AT = 10_000;
const MOST_GROUPS = 200;

/**
 * Groups the dead letters by handler and error, the largest group first.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function groupDeadLetters(database: Database): Promise<DeadGroup[]> {
  const { rows } = await database.query<{
    handler: string;
    error: string | null;
    count: string;
    last_died_at: Date | string;
    event_types: readonly string[];
  }>(
    `select data ->> 'handler' as handler, source_output ->> 'message' as error, count(*) as count,
       max(created_on) as last_died_at, array_agg(distinct data ->> 'eventType') as event_types
     from (
       select data, source_output, created_on from pgboss.job
       where name = $1 and case when state < 'active' then not blocked else false end
       order by created_on desc limit ${MOST_LOOKED_AT}
     ) letter
     group by 1, 2 order by 3 desc, 4 desc, 1 limit ${MOST_GROUPS}`,
    [DEAD_LETTERS_QUEUE],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ count, last_died_at, event_types: eventTypes, ...row }) => ({
    ...row,
    eventTypes,
    count: Number(count),
    lastDiedAt: new Date(last_died_at),
  }));
}
