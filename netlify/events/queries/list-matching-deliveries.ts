import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import type { EventSearch } from "./event-search.ts";
import { type EventPaging, type EventPlace, listEvents } from "./list-events.ts";
import {
  type DeliveryColumns,
  readStoredDelivery,
  type StoredDelivery,
  selectDeliveries,
} from "./stored-delivery.ts";

/**
 * Lists the deliveries that brought an event which fits a search, the one whose event was published last first. One page is
 * the deliveries of one page of events, so a delivery of many can be told on several: whoever pages knows it by its id.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listMatchingDeliveries(
  database: Database,
  search: EventSearch,
  paging: EventPaging,
): Promise<{ deliveries: StoredDelivery[]; next: EventPlace | null }> {
  const { events, next } = await listEvents(database, search, paging);
  const ids = [...new Set(events.map(({ deliveryId }) => deliveryId))];
  if (ids.length === 0) return { deliveries: [], next };
  const { rows } = await database.query<DeliveryColumns>(
    selectDeliveries(`(
      select found.* from unnest($1::bigint[]) wanted (id)
      cross join lateral (select * from deliveries where id = wanted.id limit 1) found)`),
    [ids],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  const deliveries = rows
    .map(readStoredDelivery)
    .sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
  return { deliveries, next };
}
