/**
 * Keeps the calls that were refused, so that the page shows a wrong secret. For `netlify dev` only: on a deployed site a
 * stranger's call must not cause a write.
 */

import { storable } from "../../base/storable.ts";
import type { Database } from "../database/database.ts";

/** A refused call, without its body. */
export interface Rejection {
  readonly receivedAt: Date;
  readonly method: string;
  readonly path: string;
  /** The status that it was answered with. */
  readonly status: number;
  /** Why, in words for the developer. */
  readonly reason: string;
  /** Redacted. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Records a refused call and forgets all but the last 200.
 * @throws {DatabaseError}
 */
export async function recordRejection(
  database: Database,
  rejection: Rejection,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<void> {
  await database.query(
    `with kept as (
      insert into rejections (received_at, method, path, status, reason, headers)
      values ($1, $2, $3, $4, $5, $6)
      returning id
    )
    delete from rejections where id <= (select id from kept) - 200`,
    [
      rejection.receivedAt.toISOString(),
      storable(rejection.method, 32),
      storable(rejection.path, 2048),
      rejection.status,
      storable(rejection.reason, 500),
      storable(JSON.stringify(rejection.headers)),
    ],
    { timeoutMs },
  );
}
