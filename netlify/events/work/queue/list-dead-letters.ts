import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { DEAD_LETTERS_QUEUE } from "./queue-names.ts";

/** A run that failed for the last time. */
export interface DeadLetter {
  readonly uuid: string;
  readonly eventType: string;
  readonly handler: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly diedAt: Date;
  /** Null: the event itself is gone. */
  readonly published: Date | null;
}

/** Where a page ended: the next one goes on after this dead letter. */
export interface DeadPlace {
  /** To the microsecond, as Postgres writes it. */
  readonly diedAt: string;
  readonly id: string;
}

/**
 * Lists dead letters, the last to die first.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listDeadLetters(
  database: Database,
  { after, limit }: { readonly after?: DeadPlace | undefined; readonly limit: number },
): Promise<{ dead: DeadLetter[]; next: DeadPlace | null }> {
  const { rows } = await database.query<DeadRow>(
    `select letter.id, letter.data, letter.source_retry_count, letter.source_output ->> 'message' as error,
       letter.created_on, to_char(letter.created_on at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as died_at,
       events.published
     from (
       select * from pgboss.job
       where name = $1 and state < 'active' and not blocked
         and ($2::timestamptz is null or created_on <= $2::timestamptz and (created_on, id) < ($2::timestamptz, $3::uuid))
       order by created_on desc, id desc limit $4
     ) letter left join events on events.uuid = letter.singleton_key
     order by letter.created_on desc, letter.id desc`,
    [DEAD_LETTERS_QUEUE, after?.diedAt ?? null, after?.id ?? null, limit + 1],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    dead: shown.map(readDeadLetter),
    next: rows.length > limit && last ? { diedAt: last.died_at, id: last.id } : null,
  };
}

interface DeadRow {
  readonly id: string;
  readonly data: Pick<DeadLetter, "uuid" | "eventType" | "handler">;
  readonly source_retry_count: number | null;
  readonly error: string | null;
  readonly created_on: Date | string;
  readonly died_at: string;
  readonly published: Date | string | null;
}

function readDeadLetter({ data, source_retry_count, error, created_on, published }: DeadRow): DeadLetter {
  return {
    uuid: data.uuid,
    eventType: data.eventType,
    handler: data.handler,
    attempts: (source_retry_count ?? 0) + 1,
    lastError: error,
    diedAt: new Date(created_on),
    published: published === null ? null : new Date(published),
  };
}
