/** The runs that need somebody: those that failed for the last time, and those that failed and are tried again. */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue-names.ts";

/** A run that failed. */
export interface FailingRun {
  readonly uuid: string;
  readonly eventType: string;
  readonly handler: string;
  readonly state: "dead" | "retrying";
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly lastError: string | null;
  /** Null: it is dead. */
  readonly nextTryAt: Date | null;
  /** When it died, or when its latest try began. */
  readonly failedAt: Date;
}

/** Where a page ended. `at` is to the microsecond: when the run died, or when it is tried again. */
export interface FailingPlace {
  readonly state: FailingRun["state"];
  readonly at: string;
  readonly id: string;
}

/** Which page, and of what: of both states, or of one; of all handlers and errors, or of one. */
export interface FailingPaging {
  readonly state?: FailingRun["state"] | undefined;
  readonly handler?: string | undefined;
  readonly error?: string | undefined;
  readonly after?: FailingPlace | undefined;
  readonly limit: number;
}

/**
 * Lists failing runs: first the dead letters, the last to die first; then the retries, the next to be tried first.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listFailingRuns(
  database: Database,
  { state, after, limit, handler, error }: FailingPaging,
): Promise<{ runs: FailingRun[]; next: FailingPlace | null }> {
  const wanted = limit + 1;
  const filter = [handler ?? null, error ?? null];
  const found: FailingRow[] = [];
  if (state !== "retrying" && after?.state !== "retrying") {
    found.push(...(await rowsOf(database, deadStatement, DEAD_LETTERS_QUEUE, after, wanted, filter)));
  }
  if (state !== "dead" && found.length < wanted) {
    const place = after?.state === "retrying" ? after : undefined;
    found.push(...(await rowsOf(database, retryStatement, RUNS_QUEUE, place, wanted - found.length, filter)));
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    runs: shown.map(readFailingRun),
    next: found.length > limit && last ? { state: last.state, at: last.at, id: last.id } : null,
  };
}

/** Retries beyond so many are not counted: "1,000 or more" says enough. */
const MOST_COUNTED_RETRIES = 1_000;

/** Counts the runs that failed and are tried again, up to `MOST_COUNTED_RETRIES`. */
export async function countRetries(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    `select count(*) from (
       select from pgboss.job where name = $1 and state = 'retry' and not blocked limit ${MOST_COUNTED_RETRIES}
     ) counted`,
    [RUNS_QUEUE],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return Number(rows[0]?.count ?? 0);
}

/** Without a filter a page reads no more than it shows. */
const walked = "case when $5::text is null and $6::text is null then $4 else 10000 end";
const fits = `where ($5::text is null or data ->> 'handler' = $5) and ($6::text is null or error = $6)`;

const written = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`;

/**
 * Both walk an index of pg-boss's own in the order asked for, and so does a further page: it begins at the time where the last
 * one ended. What must not choose the index stands in a `case`: Postgres would sort all that fail instead of reading a few.
 */
const deadStatement = `select * from (
  select id, data, 'dead' as state, source_retry_count + 1 as attempts, source_retry_count + 1 as max_attempts,
    source_output ->> 'message' as error, null::timestamptz as next_try_at, created_on as failed_at,
    ${written("created_on")}
  from pgboss.job
  where name = $1 and created_on <= coalesce($2::timestamptz, 'infinity')
    and case when $2::timestamptz is null then true else (created_on, id) < ($2::timestamptz, $3::uuid) end
    and case when state < 'active' then not blocked else false end
  order by created_on desc, id desc limit ${walked}
  ) dead ${fits} order by failed_at desc, id desc limit $4`;

const retryStatement = `select * from (
  select id, data, 'retrying' as state, retry_count + 1 as attempts, retry_limit + 1 as max_attempts,
    output ->> 'message' as error, start_after as next_try_at, coalesce(started_on, created_on) as failed_at,
    ${written("start_after")}
  from pgboss.job
  where name = $1 and state = 'retry' and not blocked and start_after >= coalesce($2::timestamptz, '-infinity')
    and case when $2::timestamptz is null then true else (start_after, id) > ($2::timestamptz, $3::uuid) end
  order by start_after, id limit ${walked}
  ) retrying ${fits} order by next_try_at, id limit $4`;

async function rowsOf(
  database: Database,
  statement: string,
  queue: string,
  after: FailingPlace | undefined,
  limit: number,
  filter: readonly (string | null)[],
): Promise<readonly FailingRow[]> {
  const values = [queue, after?.at ?? null, after?.id ?? null, limit, ...filter];
  return (await database.query<FailingRow>(statement, values, { timeoutMs: QUERY_TIMEOUT_MS })).rows;
}

interface FailingRow {
  readonly id: string;
  readonly data: Pick<FailingRun, "uuid" | "eventType" | "handler">;
  readonly state: FailingRun["state"];
  readonly attempts: number | null;
  readonly max_attempts: number | null;
  readonly error: string | null;
  readonly next_try_at: Date | string | null;
  readonly failed_at: Date | string;
  readonly at: string;
}

function readFailingRun(row: FailingRow): FailingRun {
  const { uuid, eventType, handler } = row.data;
  return {
    uuid,
    eventType,
    handler,
    state: row.state,
    attempts: row.attempts ?? 1,
    maxAttempts: row.max_attempts ?? row.attempts ?? 1,
    lastError: row.error,
    nextTryAt: row.next_try_at === null ? null : new Date(row.next_try_at),
    failedAt: new Date(row.failed_at),
  };
}
