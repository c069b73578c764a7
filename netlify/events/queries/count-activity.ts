/** Events over time. Without a filter it reads an entry of an index for each event in the span, with one the events themselves. */

import { FAILED_OUTCOMES } from "../../hook/documented-values.ts";
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { collectValues } from "./collect-values.ts";
import { type EventSearch, otherConditions } from "./event-search.ts";

/** Steps of equal length from `from` on. */
export interface ActivityQuestion {
  /** Which events; its `from` and `to` do not count. */
  readonly search: EventSearch;
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
  const { where, values } = conditionsOf(question);
  const { rows } = await database.query<{ at: Date | string; event_type: string; count: string }>(
    `select ${step} as at, event_type, count(*) as count from events where ${where} group by 1, 2`,
    values,
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map((row) => ({ at: new Date(row.at), eventType: row.event_type, count: Number(row.count) }));
}

/**
 * Counts the events of each step that have one of `FAILED_OUTCOMES`.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countFailures(database: Database, question: ActivityQuestion): Promise<FailureCount[]> {
  const { where, values } = conditionsOf(question);
  const { rows } = await database.query<{ at: Date | string; count: string }>(
    `select ${step} as at, count(*) as count from events
     where upper(outcome) in (${failed}) and outcome <> 'SUCCESS' and ${where} group by 1`,
    values,
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map((row) => ({ at: new Date(row.at), count: Number(row.count) }));
}

// Not an integer: a step of all of time has more seconds than one holds.
const step = "date_bin(make_interval(secs => $3::float8), published, $1::timestamptz)";

const failed = FAILED_OUTCOMES.map((outcome) => `'${outcome}'`).join(", ");

/** The three values that `step` and the span need come first. */
function conditionsOf({ from, to, stepSeconds, search }: ActivityQuestion) {
  const { values, bind } = collectValues();
  const span = [bind(from.toISOString()), bind(to.toISOString()), bind(stepSeconds)];
  const conditions = [
    `published >= ${span[0]}::timestamptz`,
    `published < ${span[1]}::timestamptz`,
    ...otherConditions(search, null, bind),
  ];
  return { where: conditions.join(" and "), values };
}
