import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { readListColumn } from "../record/list-column.ts";
import {
  type DeliveryColumns,
  readStoredDelivery,
  type StoredDelivery,
  selectDeliveries,
} from "./stored-delivery.ts";

/** A delivery with its texts, but without the events that have rows of their own. */
export interface WholeDelivery extends StoredDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly envelope: string;
  readonly schemaDeviations: readonly string[];
  readonly unreadable: readonly {
    readonly position: number;
    readonly json: string;
    readonly problems: readonly string[];
  }[];
  readonly duplicateUuids: readonly string[];
}

/**
 * Finds a delivery by its id; null: there is none.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findDelivery(database: Database, id: string): Promise<WholeDelivery | null> {
  const { rows } = await database.query<DeliveryColumns & DeliveryTexts>(
    selectDeliveries(
      "(select * from deliveries where id = $1::bigint)",
      ", d.headers, d.envelope, d.schema_deviations, d.unreadable, d.duplicate_uuids",
    ),
    [id],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  const [row] = rows;
  if (!row) return null;
  return {
    ...readStoredDelivery(row),
    headers: JSON.parse(row.headers),
    envelope: row.envelope ?? "",
    schemaDeviations: readListColumn(row.schema_deviations),
    unreadable: row.unreadable === null ? [] : JSON.parse(row.unreadable),
    duplicateUuids: row.duplicate_uuids,
  };
}

interface DeliveryTexts {
  readonly headers: string;
  readonly envelope: string | null;
  readonly schema_deviations: string | null;
  readonly unreadable: string | null;
  readonly duplicate_uuids: readonly string[];
}

/** No index knows Okta's and Hookdeck's ids: the latest deliveries are looked through. */
const MAX_SCANNED_ROWS = 2_000;

/**
 * Finds a delivery by its number, or a late one by its id at Okta or at Hookdeck; null: there is none.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findDeliveryNamed(
  database: Database,
  name: string,
): Promise<{ readonly id: string; readonly receivedAt: Date } | null> {
  const number = /^[1-9]\d{0,17}$/.test(name) ? name : null;
  const { rows } = await database.query<{ id: string; received_at: Date | string }>(
    `(select id, received_at from deliveries where id = $1::bigint)
     union all
     (select id, received_at from (
        select id, received_at, event_id, hookdeck_event_id from deliveries order by id desc limit ${MAX_SCANNED_ROWS}
      ) latest where $2 in (event_id, hookdeck_event_id) limit 1)`,
    [number, name],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  const [row] = rows;
  return row === undefined ? null : { id: String(row.id), receivedAt: new Date(row.received_at) };
}
