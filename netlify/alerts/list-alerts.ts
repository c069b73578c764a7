/** What is wrong now, and whether it was told. */
import type { Database } from "../events/database/database.ts";
import { QUERY_TIMEOUT_MS } from "../events/database/with-time-limit.ts";

/** Something that is wrong. */
export interface StoredAlert {
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
  readonly fix: string | null;
  readonly since: Date;
  readonly notifiedAt: Date | null;
  /** Why the last try to tell it failed; null: it did not. */
  readonly problem: string | null;
  readonly nextTryAt: Date;
}

const MAX_ALERTS = 100;

/**
 * Lists what is wrong now, the oldest first.
 * @throws {DatabaseError}
 */
export async function listAlerts(database: Database): Promise<StoredAlert[]> {
  const { rows } = await database.query<{
    id: string;
    kind: string;
    sentence: string;
    fix: string | null;
    since: Date | string;
    notified_at: Date | string | null;
    problem: string | null;
    next_try_at: Date | string;
  }>(
    `select id, kind, sentence, fix, since, notified_at, problem, next_try_at from alerts
     where ended_at is null order by since, id limit ${MAX_ALERTS}`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ id, kind, sentence, fix, since, notified_at, problem, next_try_at }) => ({
    id,
    kind,
    sentence,
    fix,
    since: new Date(since),
    notifiedAt: notified_at === null ? null : new Date(notified_at),
    problem,
    nextTryAt: new Date(next_try_at),
  }));
}
