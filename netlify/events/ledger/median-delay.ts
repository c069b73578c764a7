import type { Database } from "../database/database.ts";
import { DatabaseError } from "../database/database-error.ts";

/** The latest of them tell as much as all: a week of a large org is millions. */
const MAX_SCANNED_ROWS = 10_000;
/** A number that is nice to have: the page does not wait longer for it. */
const TIMEOUT_MS = 4_000;

/**
 * How long Okta took, from published to received, on the median of the latest 10,000 events that the log was compared for.
 * @returns null where it delivered nothing, or the database is too slow to tell
 * @throws {DatabaseError} for anything but time
 */
export async function medianDelayMs(
  database: Database,
  org: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<number | null> {
  try {
    const { rows } = await database.query<{ median_ms: number | null }>(
      `select percentile_cont(0.5) within group (
         order by extract(epoch from event.received_at - event.published)::float8 * 1000
       ) as median_ms
       from (
         select uuid from log_events where hour >= $2 and hour < $3 and org = $1 order by hour desc limit ${MAX_SCANNED_ROWS}
       ) seen
       cross join lateral (
         select delivery_id, received_at, published from events where uuid = seen.uuid limit 1
       ) event
       cross join lateral (select origin from deliveries where id = event.delivery_id limit 1) delivery
       where delivery.origin <> 'system-log'`,
      [org, from.toISOString(), to.toISOString()],
      { timeoutMs: TIMEOUT_MS },
    );
    return rows[0]?.median_ms ?? null;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === "TIMEOUT") return null;
    throw error;
  }
}
