/** Events over time. Reads entries of indexes, one for each event in the span, never an event. */
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** Steps of equal length from `from` on. */
export interface ActivityQuestion {
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
}

/** How many events of a type were published in a step; steps and types without any are left out. */
export interface ActivityCount {
  /** When the step begins. */
  readonly at: Date;
  readonly eventType: string;
  readonly count: number;
}

/** How many events of a step failed. */
export interface FailureCount {
  readonly at: Date;
  readonly count: number;
}

/**
 * Counts the events of each step by type.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countActivity(
  database: Database,
  question: ActivityQuestion,
): Promise<ActivityCount[]> {
  const { rows } = await database.query<{ at: Date | string; event_type: string; count: string }>(
    `select ${step} as at, event_type, count(*) as count from events
     where published >= $1::timestamptz and published < $2::timestamptz group by 1, 2`,
    valuesOf(question),
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map((row) => ({ at: new Date(row.at), eventType: row.event_type, count: Number(row.count) }));
}

/**
 * Counts the events of each step whose outcome is FAILURE or DENY.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countFailures(database: Database, question: ActivityQuestion): Promise<FailureCount[]> {
  const { rows } = await database.query<{ at: Date | string; count: string }>(
    `select ${step} as at, count(*) as count from events
     where outcome in ('FAILURE', 'DENY') and outcome <> 'SUCCESS'
       and published >= $1::timestamptz and published < $2::timestamptz group by 1`,
    valuesOf(question),
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map((row) => ({ at: new Date(row.at), count: Number(row.count) }));
}

// Not an integer: a step of all of time has more seconds than one holds.
const step = "date_bin(make_interval(secs => $3::float8), published, $1::timestamptz)";

function valuesOf({ from, to, stepSeconds }: ActivityQuestion): unknown[] {
  return [from.toISOString(), to.toISOString(), stepSeconds];
}
