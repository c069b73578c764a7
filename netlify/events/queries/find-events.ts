import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { type EventColumns, eventColumns, readStoredEvent, type StoredEvent } from "./stored-event.ts";

/**
 * Finds events by their `uuid`, without their payloads. One that is not stored is left out.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findEvents(
  database: Database,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, StoredEvent>> {
  if (uuids.length === 0) return new Map();
  const { rows } = await database.query<EventColumns>(
    `select found.* from unnest($1::text[]) wanted (uuid) cross join lateral (
       select ${eventColumns} from events where uuid = wanted.uuid collate "C" limit 1
     ) found`,
    [[...new Set(uuids)]],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return new Map(rows.map((row) => [row.uuid, readStoredEvent(row)]));
}
