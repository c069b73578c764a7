import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";

/** The dead letters of one handler with one error. */
export interface DeadLetterGroup {
  readonly handler: string;
  readonly error: string | null;
  readonly count: number;
  /** The types of its events, sorted. */
  readonly eventTypes: readonly string[];
  readonly lastDiedAt: Date;
}

/** What is grouped, the last to die first: a handler that fails for everything has more of the same. */
const MAX_GROUPED = 10_000;
const MAX_GROUPS = 200;

/**
 * Groups the dead letters by handler and error, the largest group first.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function groupDeadLetters(database: Database): Promise<DeadLetterGroup[]> {
  const { rows } = await database.query<{
    handler: string;
    error: string | null;
    count: string;
    last_died_at: Date | string;
    event_types: readonly string[];
  }>(
    `select handler, error, count(*) as count, max(ended_at) as last_died_at, array_agg(distinct event_type) as event_types
     from (
       select handler, error, ended_at, event_type from runs where state = 'dead' order by ended_at desc limit ${MAX_GROUPED}
     ) letter
     group by 1, 2 order by 3 desc, 4 desc, 1 limit ${MAX_GROUPS}`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ count, last_died_at, event_types: eventTypes, ...row }) => ({
    ...row,
    eventTypes,
    count: Number(count),
    lastDiedAt: new Date(last_died_at),
  }));
}
