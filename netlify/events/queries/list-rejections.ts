import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import type { Rejection } from "../record/record-rejection.ts";

/** A call that was turned away, as it was kept: see `record-rejection.ts`. */
export interface StoredRejection extends Rejection {
  readonly id: string;
}

/**
 * Lists the rejections after a rejection, newest first. In a store that was emptied since, all are new.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listRejections(
  database: Database,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<StoredRejection[]> {
  const { rows } = await database.query<RejectionRow>(
    `select id, received_at, method, path, status, reason, headers from rejections
     where id > case when coalesce((select max(id) from rejections), 0) < $1::bigint then 0 else $1::bigint end
     order by id desc limit $2`,
    [after, limit],
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
