import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import type { Rejection } from "../record/record-rejection.ts";

/** A call that was turned away, as it was kept: see `record-rejection.ts`. */
export interface StoredRejection extends Rejection {
  readonly id: string;
}

/**
 * Lists rejections, newest first.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listRejections(
  database: Database,
  { before, limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<StoredRejection[]> {
  return await select(database, "where $1::bigint is null or id < $1::bigint order by id desc limit $2", [
    before ?? null,
    limit,
  ]);
}

/** What is asked of new rejections. */
export interface NewRejectionsQuery {
  /** The highest id that was listed before. */
  readonly after: string;
  /** Younger ones than this are listed again: ids are not recorded in their order. */
  readonly againSince: Date;
  readonly limit: number;
}

/**
 * Lists the rejections after a rejection, newest first. In a store that was emptied since, all are new.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listNewRejections(
  database: Database,
  { after, againSince, limit }: NewRejectionsQuery,
): Promise<StoredRejection[]> {
  return await select(
    database,
    `where received_at >= $2
       or id > case when coalesce((select max(id) from rejections), 0) < $1::bigint then 0 else $1::bigint end
     order by id desc limit $3`,
    [after, againSince.toISOString(), limit],
  );
}

/** The table holds 200 rows at most, so no condition needs an index. */
async function select(database: Database, which: string, values: unknown[]): Promise<StoredRejection[]> {
  const { rows } = await database.query<RejectionRow>(
    `select id, received_at, method, path, status, reason, headers from rejections ${which}`,
    values,
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ id, received_at: receivedAt, headers, ...row }) => ({
    ...row,
    id: String(id),
    receivedAt: new Date(receivedAt),
    headers: JSON.parse(headers),
  }));
}

interface RejectionRow extends Pick<StoredRejection, "method" | "path" | "status" | "reason"> {
  readonly id: string;
  readonly received_at: Date | string;
  readonly headers: string;
}
