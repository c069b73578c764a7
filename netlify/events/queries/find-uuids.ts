import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { prefixRange } from "./prefix-range.ts";

/**
 * Finds the `uuid`s that begin like this, in their order: a range of the events' own key.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findUuids(
  database: Database,
  { begin, limit }: { readonly begin: string; readonly limit: number },
): Promise<string[]> {
  const { from, below } = prefixRange(begin);
  const { rows } = await database.query<{ uuid: string }>(
    `select uuid from events where uuid >= $1 ${below === null ? "" : "and uuid < $3"} order by uuid limit $2`,
    below === null ? [from, limit] : [from, limit, below],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ uuid }) => uuid);
}
