/** What of the System Log is in the store already. */
import type { Database } from "../database/database.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";

/**
 * Which of these events the store does not have. Written so that no plan can be wrong: each is looked up by its key.
 * @throws {DatabaseError}
 */
export async function findMissing(
  database: Database,
  uuids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ uuid: string }>(
    `select wanted.uuid from unnest($1::text[]) as wanted (uuid)
     left join lateral (select true as here from events where events.uuid = wanted.uuid limit 1) stored on true
     where stored.here is null`,
    [uuids],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return new Set(rows.map(({ uuid }) => uuid));
}

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
