/** What catch-up asks of the store when it knows nothing else. */
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";

/** Among this many of the latest deliveries. */
const LATEST = 500;

/**
 * The hooks that the latest deliveries came from.
 * @throws {DatabaseError}
 */
export async function findHookIds(database: Database): Promise<readonly string[]> {
  const { rows } = await database.query<{ hook_id: string }>(
    `select distinct hook_id from (
       select hook_id, origin from deliveries order by id desc limit ${LATEST}
     ) latest where origin in ('okta', 'hookdeck') and hook_id is not null order by hook_id limit 25`,
    [],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows.map(({ hook_id }) => hook_id);
}

/**
 * When the last event that came was published; null: none came.
 * @throws {DatabaseError}
 */
export async function findLastPublished(database: Database): Promise<Date | null> {
  const { rows } = await database.query<{ published: Date | string }>(
    "select published from events where published < now() order by published desc limit 1",
    [],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows[0] === undefined ? null : new Date(rows[0].published);
}
