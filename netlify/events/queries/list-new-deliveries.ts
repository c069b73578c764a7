import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import {
  type DeliveryColumns,
  readStoredDelivery,
  type StoredDelivery,
  selectDeliveries,
} from "./stored-delivery.ts";

/** What is asked. */
export interface NewDeliveriesQuery {
  /** The highest id that was told before. */
  readonly after: string;
  /** Younger ones than this are told again: their answer's time comes later, and ids are not recorded in their order. */
  readonly againSince: Date;
  /** Told again whatever their age: what became of them is being watched. */
  readonly watched: readonly string[];
  readonly limit: number;
}

/** What is new, newest first. `more`: there may be others in between. */
export interface NewDeliveries {
  readonly deliveries: StoredDelivery[];
  /** The highest id but for those watched; null: nothing is new. */
  readonly newest: string | null;
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
  { after, againSince, watched, limit }: NewDeliveriesQuery,
): Promise<NewDeliveries> {
  const { rows } = await database.query<DeliveryColumns & { young: boolean }>(
    selectDeliveries(
      `(with young as (
          select deliveries.* from (
            select case when coalesce((select max(id) from deliveries), 0) < $1::bigint then 0 else $1::bigint end as id
          ) told
          join deliveries on deliveries.id > told.id - ${ID_SLACK}
            and (deliveries.id > told.id or deliveries.received_at >= $2)
          order by deliveries.id desc limit $3
        )
        select *, true as young from young
        union all
        select *, false from deliveries
        where id = any($4::bigint[]) and id <> all(array(select id from young)))`,
      ", d.young",
    ),
    [after, againSince.toISOString(), limit + 1, watched],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  const young = rows.filter((row) => row.young);
  const more = young.length > limit;
  const left = more ? young.at(-1) : undefined;
  const newest = young[0]?.id;
  return {
    deliveries: rows.filter((row) => row !== left).map(readStoredDelivery),
    newest: newest === undefined ? null : String(newest),
    more,
  };
}
