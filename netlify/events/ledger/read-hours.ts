/** The sums of the ledger, hour by hour. */
import type { Database } from "../database/database.ts";
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
  const { rows } = await database.query<{
    hour: Date | string;
    in_log: number;
    in_time: number;
    late: number;
    fetched: number;
    missed: number;
    unknown: number;
    median_ms: number | null;
    p95_ms: number | null;
  }>(
    `select hour, in_log, in_time, late, fetched, missed, unknown, median_ms, p95_ms
     from ledger_hours where org = $1 and hour >= $2 and hour < $3`,
    [org, from.toISOString(), to.toISOString()],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return new Map(
    rows.map((row) => [
      new Date(row.hour).getTime(),
      {
        inLog: row.in_log,
        inTime: row.in_time,
        late: row.late,
        fetched: row.fetched,
        missed: row.missed,
        unknown: row.unknown,
        medianMs: row.median_ms,
        p95Ms: row.p95_ms,
      },
    ]),
  );
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
