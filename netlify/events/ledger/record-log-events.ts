/** Records which events the System Log has. */
import type { Database } from "../database/database.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** An event that the log has. */
export interface LedgerEvent {
  readonly uuid: string;
  readonly published: Date;
  /** Whether the log leaves open if it is for our hook. */
  readonly unknown: boolean;
}

/**
 * Records events for the ledger; one that was recorded before counts once. `settleHours` sums up their hours again.
 * @throws {DatabaseError}
 */
export async function recordLogEvents(
  database: Database,
  org: string,
  events: readonly LedgerEvent[],
): Promise<void> {
  if (events.length === 0) return;
  // Sorted, so that two comparisons at once wait for each other's rows in the same order.
  const sorted = [...events].sort((one, other) => (one.uuid < other.uuid ? -1 : 1));
  await database.query(
    `with noted as (
       insert into log_events (uuid, org, hour, unknown)
       select seen.uuid, $1, date_trunc('hour', seen.published, 'UTC'), seen.unknown
       from unnest($2::text[], $3::timestamptz[], $4::boolean[]) as seen (uuid, published, unknown)
       on conflict (uuid) do nothing
       returning hour
     )
     insert into ledger_hours (org, hour)
     select distinct $1, hour from noted order by hour
     on conflict (org, hour) do update set open = true`,
    [
      org,
      sorted.map(({ uuid }) => uuid),
      sorted.map(({ published }) => published.toISOString()),
      sorted.map(({ unknown }) => unknown),
    ],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
}
