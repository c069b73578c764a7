import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** A span of time by when Okta published an event: from (included) to (not included); ISO. */
export interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Counts events by type, the most frequent first. Reads each entry of an index in the span, never an event.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countEventTypes(
  database: Database,
  { from, to }: Span,
): Promise<{ eventType: string; count: number }[]> {
  const { rows } = await database.query<{ event_type: string; count: string }>(
    `select event_type, count(*) as count from events
     where published >= coalesce($1::timestamptz, '-infinity') and published < coalesce($2::timestamptz, 'infinity')
     group by event_type order by count(*) desc, event_type limit 2000`,
    [from ?? null, to ?? null],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ event_type: eventType, count }) => ({ eventType, count: Number(count) }));
}
