import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import {
  type DeliveryColumns,
  readStoredDelivery,
  type StoredDelivery,
  selectDeliveries,
} from "./stored-delivery.ts";

/** Which page: those recorded before the delivery `before`, or the newest. */
export interface DeliveryPaging {
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * Lists deliveries, the last recorded first; one more than `limit` says that there is a further page.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listDeliveries(
  database: Database,
  { before, limit }: DeliveryPaging,
): Promise<{ deliveries: StoredDelivery[]; next: string | null }> {
  const { rows } = await database.query<DeliveryColumns>(
    selectDeliveries(
      "(select * from deliveries where $1::bigint is null or id < $1::bigint order by id desc limit $2)",
    ),
    [before ?? null, limit + 1],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  const deliveries = rows.slice(0, limit).map(readStoredDelivery);
  return { deliveries, next: rows.length > limit ? (deliveries.at(-1)?.id ?? null) : null };
}
