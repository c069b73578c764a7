/** The runs that need somebody: those that failed for the last time, and those that failed and are tried again. */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { RunIdentity } from "./queue-runs.ts";

/** A run that failed. */
export interface FailingRun extends RunIdentity {
  readonly state: "dead" | "retrying";
  readonly published: Date;
  /** Failures that count. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly lastError: string | null;
  /** Null: it is dead. */
  readonly nextTryAt: Date | null;
  /** When it died, or when its latest try began. */
  readonly failedAt: Date;
  /** Its handler is paused: it waits until that is resumed. */
  readonly paused: boolean;
}

/** Where a page ended. `at` is to the microsecond: when the run died, or when it is tried again. */
export interface FailingPlace {
  readonly state: FailingRun["state"];
  readonly at: string;
  readonly uuid: string;
  readonly handler: string;
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
  const page = async (text: string, start: string, place: FailingPlace | undefined, count: number) => {
    const values = [place?.at ?? start, place?.uuid ?? "", place?.handler ?? "", count];
    const { rows } = await database.query<FailingRow>(text, [...values, handler ?? null, error ?? null], {
      timeoutMs: QUERY_TIMEOUT_MS,
    });
    return rows;
  };
  const rows: FailingRow[] = [];
  if (state !== "retrying" && after?.state !== "retrying") {
    rows.push(...(await page(deadStatement, "infinity", after, wanted)));
  }
  if (state !== "dead" && rows.length < wanted) {
    const place = after?.state === "retrying" ? after : undefined;
    rows.push(...(await page(retryingStatement, "-infinity", place, wanted - rows.length)));
  }
  const shown = rows.slice(0, limit).map(readFailingRun);
  const [lastRow, last] = [rows[limit - 1], shown.at(-1)];
  const more = rows.length > limit && lastRow && last;
  return {
    runs: shown,
    next: more ? { state: last.state, at: lastRow.at, uuid: last.uuid, handler: last.handler } : null,
  };
}

/** Retries beyond so many are not counted: "1,000 or more" says enough. */
const MAX_COUNTED_RETRIES = 1_000;

/** Counts the runs that failed and are tried again, up to `MAX_COUNTED_RETRIES`. */
export async function countRetries(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    `select count(*) from (
       select from runs where failing_since is not null and state in ('waiting', 'held') limit ${MAX_COUNTED_RETRIES}
     ) counted`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return Number(rows[0]?.count ?? 0);
}

/** Walks an index of its own in the order asked for. Without a filter a page reads no more than it shows. */
const statement = (at: "ended_at" | "due_at", order: "asc" | "desc", which: string) => `select * from (
  select event_uuid, event_type, handler, state, published, failures, retries, error, due_at, started_at, queued_at, ended_at,
    handler in (select name from handlers where paused_at is not null) as paused,
    to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
  from runs
  where ${which} and (${at}, event_uuid, handler) ${order === "asc" ? ">" : "<"} ($1::timestamptz, $2, $3)
  order by ${at} ${order}, event_uuid ${order}, handler ${order}
  limit case when $5::text is null and $6::text is null then $4 else 10000 end
) failing
where ($5::text is null or handler = $5) and ($6::text is null or error = $6)
order by ${at} ${order}, event_uuid ${order}, handler ${order} limit $4`;

const deadStatement = statement("ended_at", "desc", "state = 'dead'");
const retryingStatement = statement(
  "due_at",
  "asc",
  "failing_since is not null and state in ('waiting', 'held')",
);

interface FailingRow {
  readonly event_uuid: string;
  readonly event_type: string;
  readonly handler: string;
  readonly state: "dead" | "waiting" | "held";
  readonly published: Date | string;
  readonly failures: number;
  readonly retries: number;
  readonly error: string | null;
  readonly due_at: Date | string;
  readonly started_at: Date | string | null;
  readonly queued_at: Date | string;
  readonly ended_at: Date | string | null;
  readonly paused: boolean;
  readonly at: string;
}

function readFailingRun(row: FailingRow): FailingRun {
  const isDead = row.state === "dead";
  return {
    uuid: row.event_uuid,
    eventType: row.event_type,
    handler: row.handler,
    state: isDead ? "dead" : "retrying",
    published: new Date(row.published),
    attempts: row.failures,
    maxAttempts: isDead ? row.failures : row.retries + 1,
    lastError: row.error,
    nextTryAt: isDead ? null : new Date(row.due_at),
    failedAt: new Date((isDead ? row.ended_at : row.started_at) ?? row.queued_at),
    paused: row.paused && !isDead,
  };
}
