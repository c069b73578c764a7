import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** A span of time by when Okta published an event: from (included) to (not included); ISO. */
export interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Okta has some thousand types. */
const MAX_TYPES = 2_000;

/**
 * Counts events by type up to `most` of each, the most frequent first. It steps over an index from one type to the next and reads no
 * event.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countEventTypes(
  database: Database,
  { from, to }: Span,
  most: number,
): Promise<{ eventType: string; count: number }[]> {
  const { rows } = await database.query<{ event_type: string; count: string }>(
    `with recursive type (name) as (
       (select event_type from events order by event_type limit 1)
       union all
       select (select event_type from events where event_type > type.name order by event_type limit 1)
       from type where type.name is not null
     ), named as (select name from type where name is not null limit ${MAX_TYPES})
     select named.name as event_type, counted.count from named cross join lateral (
       select count(*) as count from (
         select from events where event_type = named.name
           and published >= coalesce($1::timestamptz, '-infinity') and published < coalesce($2::timestamptz, 'infinity')
         limit $3
       ) some_events
     ) counted
     where counted.count > 0 order by counted.count desc, named.name`,
    [from ?? null, to ?? null, most],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ event_type: eventType, count }) => ({ eventType, count: Number(count) }));
}
