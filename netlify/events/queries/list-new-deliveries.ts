import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import {
  type DeliveryColumns,
  readStoredDelivery,
  type StoredDelivery,
  selectDeliveries,
} from "./stored-delivery.ts";

/** What is asked. */
export interface NewDeliveriesQuestion {
  /** The highest id that was told before. */
  readonly after: string;
  /** Younger ones than this are told again: their answer's time comes later, and ids are not recorded in their order. */
  readonly againSince: Date;
  readonly limit: number;
}

/** What is new, newest first. `more`: there were others in between. */
export interface NewDeliveries {
  readonly deliveries: StoredDelivery[];
  readonly more: boolean;
}

/** How far ids can be out of order: recordings at the same time. */
const ID_SLACK = 1000;

/**
 * Lists the deliveries recorded since a delivery. In a store that was emptied since, all are new.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listNewDeliveries(
  database: Database,
  { after, againSince, limit }: NewDeliveriesQuestion,
): Promise<NewDeliveries> {
  const { rows } = await database.query<DeliveryColumns & { fresh: boolean }>(
    selectDeliveries(
      `(select deliveries.*, deliveries.id > told.id as fresh
        from (
          select case when coalesce((select max(id) from deliveries), 0) < $1::bigint then 0 else $1::bigint end as id
        ) told
        join deliveries on deliveries.id > told.id - ${ID_SLACK}
          and (deliveries.id > told.id or deliveries.received_at >= $2)
        order by deliveries.id desc limit $3)`,
      ", d.fresh",
    ),
    [after, againSince.toISOString(), limit + 1],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return {
    deliveries: rows.slice(0, limit).map(readStoredDelivery),
    more: rows[limit]?.fresh === true,
  };
}
