/**
 * The dead letters: copies of the runs that failed for the last time. pg-boss puts them into a queue of their own, where
 * nothing takes them; they wait to be replayed or discarded.
 */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { NewRun, RunData } from "./queue.ts";
import { DEAD_LETTERS_QUEUE } from "./queue-names.ts";

/** Counts the dead letters. The queue's index holds them alone, so it is quick among a million finished runs. */
export async function countDeadLetters(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    "select count(*) from pgboss.job where name = $1 and state < 'active' and not blocked",
    [DEAD_LETTERS_QUEUE],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return Number(rows[0]?.count ?? 0);
}

/** Which dead letters are meant: those that fit everything that is given; without any of it, all. */
export interface DeadFilter {
  readonly handler?: string | undefined;
  /** The whole text of the last error. */
  readonly error?: string | undefined;
  /** Those of an event, or its one for a handler. */
  readonly runs?: readonly { readonly uuid: string; readonly handler?: string | undefined }[] | undefined;
}

/** `$1` is the queue; the filter's values are `$2` to `$5`. */
const fitsFilter = `name = $1 and state < 'active'
  and ($2::text is null or data ->> 'handler' = $2)
  and ($3::text is null or source_output ->> 'message' = $3)
  and ($4::text[] is null or exists (
    select from unnest($4::text[], $5::text[]) as run (uuid, handler)
    where run.uuid = singleton_key and (run.handler is null or run.handler = data ->> 'handler')
  ))`;

function filterValues({ handler, error, runs }: DeadFilter): unknown[] {
  return [
    DEAD_LETTERS_QUEUE,
    handler ?? null,
    error ?? null,
    runs?.map(({ uuid }) => uuid) ?? null,
    runs?.map((run) => run.handler ?? null) ?? null,
  ];
}

/** A dead letter to be replayed. */
export interface ReplayableLetter {
  readonly id: string;
  /** The run that failed. */
  readonly runId: string;
  readonly data: RunData;
  /** False past the retention: there is nothing to give to a handler. */
  readonly hasPayload: boolean;
}

const WALKED_AT_ONCE = 500;

/** Dead letters, slice by slice. One that is removed meanwhile does not shift the others. */
export async function* walkDeadLetters(
  database: Database,
  filter: DeadFilter,
): AsyncGenerator<readonly ReplayableLetter[]> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await database.query<{
      id: string;
      source_id: string;
      data: RunData;
      has_payload: boolean;
    }>(
      `select id, source_id, data, exists (
         select from events where uuid = singleton_key and payload is not null
       ) as has_payload
       from pgboss.job where ${fitsFilter} and id > $6::uuid
       order by id limit ${WALKED_AT_ONCE}`,
      [...filterValues(filter), after],
      { timeoutMs: WORK_TIMEOUT_MS },
    );
    yield rows.map(({ id, source_id, data, has_payload }) => ({
      id,
      runId: source_id,
      data,
      hasPayload: has_payload,
    }));
    const last = rows.at(-1);
    if (!last || rows.length < WALKED_AT_ONCE) return;
    after = last.id;
  }
}

/**
 * Discards dead letters for good. Their runs stay in the history of their events as failed, and can be replayed from there
 * until the retention, which they no longer hold up.
 * @returns how many there were
 */
export async function discardDeadLetters(database: Database, filter: DeadFilter): Promise<number> {
  const { rows } = await database.query<{ discarded: string }>(
    `with discarded as (delete from pgboss.job where ${fitsFilter} returning 1)
     select count(*) as discarded from discarded`,
    filterValues(filter),
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return Number(rows[0]?.discarded ?? 0);
}

/**
 * Lists the dead letters of an event that new runs replace: those of the same handlers. One that a new run itself has left in
 * the meantime is not among them, and neither is one of a handler without a new run.
 */
export async function listReplacedDeadLetters(
  database: Database,
  uuid: string,
  newRuns: readonly NewRun[],
): Promise<string[]> {
  if (newRuns.length === 0) return [];
  const { rows } = await database.query<{ id: string }>(
    `select id from pgboss.job
     where name || '' = $1 and singleton_key = $2 and data ->> 'handler' = any($3::text[]) and source_id <> all($4::uuid[])`,
    [DEAD_LETTERS_QUEUE, uuid, newRuns.map(({ handler }) => handler), newRuns.map(({ id }) => id)],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows.map(({ id }) => id);
}

/** A dead letter that nobody was told of. */
export interface UntoldLetter extends RunData {
  readonly tries: number;
  readonly error: string | null;
}

/**
 * Takes dead letters that nobody was told of, and notes that they are told: two callers at once get each of them once.
 *
 * pg-boss gives a dead letter the priority 0 of its run, and nothing takes jobs from that queue by priority: 1 is the
 * note, and the queue's own index finds those without it.
 */
export async function takeUntoldDeadLetters(database: Database, limit: number): Promise<UntoldLetter[]> {
  const { rows } = await database.query<{ data: RunData; tries: number; error: string | null }>(
    `update pgboss.job set priority = 1
     where name = $1 and id = any(array(
       select id from pgboss.job
       where name = $1 and state < 'active' and not blocked and priority = 0
       order by created_on limit $2 for update skip locked
     ))
     returning data, source_retry_count + 1 as tries, source_output ->> 'message' as error`,
    [DEAD_LETTERS_QUEUE, limit],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows.map(({ data, tries, error }) => ({ ...data, tries, error }));
}
