import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { collectValues, rangeSql } from "./event-search.ts";

/**
 * Lists the different values of an indexed expression of `events` that begin so, in their order. It steps over the index from
 * one value to the next, so a value of a million rows costs one step.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function distinctValues(
  database: Database,
  expression: string,
  prefix: string,
  limit: number,
): Promise<string[]> {
  const { values, bind } = collectValues();
  const range = rangeSql(expression, prefix, bind);
  const { rows } = await database.query<{ value: string }>(
    `with recursive step (value) as (
       (select ${expression} from events where ${range} order by ${expression} limit 1)
       union all
       select (
         select ${expression} from events where ${range} and ${expression} > step.value order by ${expression} limit 1
       ) from step where step.value is not null
     )
     select value from step where value is not null limit ${limit}`,
    values,
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ value }) => value);
}
