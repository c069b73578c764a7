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
