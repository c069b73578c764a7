import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { type EventColumns, eventColumns, readStoredEvent, type StoredEvent } from "./stored-event.ts";

/**
 * Lists the events that a delivery brought first, in the order it had them.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listEventsOfDelivery(
  database: Database,
  deliveryId: string,
  { limit }: { readonly limit: number },
): Promise<StoredEvent[]> {
  const { rows } = await database.query<EventColumns>(
    `select ${eventColumns} from events where delivery_id = $1 order by position limit $2`,
    [deliveryId, limit],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(readStoredEvent);
}
