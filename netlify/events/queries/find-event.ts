import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { readListColumn } from "../record/list-column.ts";
import { type EventColumns, eventColumns, readStoredEvent, type StoredEvent } from "./stored-event.ts";

/** An event with its payload. */
export interface WholeEvent extends StoredEvent {
  /** Exactly as it was written; null: past its retention. */
  readonly payload: string | null;
  /** What departed from Okta's documented shape. */
  readonly schemaDeviations: readonly string[];
}

/**
 * Finds an event by its `uuid`; null: there is none.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findEvent(database: Database, uuid: string): Promise<WholeEvent | null> {
  const { rows } = await database.query<
    EventColumns & { payload: string | null; schema_deviations: string | null }
  >(`select ${eventColumns}, payload, schema_deviations from events where uuid = $1`, [uuid], {
    timeoutMs: QUERY_TIMEOUT_MS,
  });
  const [row] = rows;
  if (!row) return null;
  return {
    ...readStoredEvent(row),
    payload: row.payload,
    schemaDeviations: readListColumn(row.schema_deviations),
  };
}
