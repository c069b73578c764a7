/** The sums of the ledger, hour by hour, and how long Okta took. */
import type { Database } from "../database/database.ts";
import { DatabaseError } from "../database/database-error.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** What an hour of the log came to. An event is counted in one of `inTime`, `late`, `fetched`, `missed` and `unknown`. */
export interface HourSums {
  readonly inLog: number;
  readonly inTime: number;
  readonly late: number;
  readonly fetched: number;
  readonly missed: number;
  readonly unknown: number;
  /** From published to received, of what Okta delivered. */
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

/** The sums of an hour without events in the log. */
export const NO_EVENTS: HourSums = {
  inLog: 0,
  inTime: 0,
  late: 0,
  fetched: 0,
  missed: 0,
  unknown: 0,
  medianMs: null,
  p95Ms: null,
};

/**
 * Reads the hours that have events in the log, oldest first, from an hour (included) to another (not included).
 * @throws {DatabaseError}
 */
export async function readHours(
  database: Database,
  org: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<ReadonlyMap<number, HourSums>> {
  const { rows } = await database.query<HourSums & { readonly hour: Date | string }>(
    `select hour, in_log as "inLog", in_time as "inTime", late, fetched, missed, unknown, median_ms as "medianMs", p95_ms as "p95Ms"
     from ledger_hours where org = $1 and hour >= $2 and hour < $3`,
    [org, from.toISOString(), to.toISOString()],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return new Map(rows.map(({ hour, ...sums }) => [new Date(hour).getTime(), sums]));
}

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

/**
 * How many events of the last 24 hours Okta did not deliver.
 * @throws {DatabaseError}
 */
export async function sumMissed(database: Database, org: string): Promise<number> {
  const { rows } = await database.query<{ missed: string | null }>(
    "select sum(missed) as missed from ledger_hours where org = $1 and hour > now() - interval '24 hours'",
    [org],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return Number(rows[0]?.missed ?? 0);
}
