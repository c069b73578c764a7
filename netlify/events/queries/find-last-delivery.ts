import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** More are not looked at: previews alone are rarely that many. */
const MAX_SCANNED_ROWS = 1000;

/**
 * Finds when Okta itself delivered last, direct or through Hookdeck; null: not among the newest 1,000 deliveries.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findLastDelivery(database: Database): Promise<Date | null> {
  const { rows } = await database.query<{ received_at: Date | string }>(
    `select received_at from (
       select id, received_at, origin from deliveries order by id desc limit ${MAX_SCANNED_ROWS}
     ) newest where origin in ('okta', 'hookdeck') order by id desc limit 1`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  const [row] = rows;
  return row === undefined ? null : new Date(row.received_at);
}
