/** The dead letters: runs that failed for the last time. They wait to be replayed or discarded. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { Work } from "../work.ts";
import type { RunIdentity } from "./queue-runs.ts";

const limit = { timeoutMs: WORK_TIMEOUT_MS };

/** Counts the dead letters. Their index holds them alone, so it is quick among a million finished runs. */
export async function countDeadLetters(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    "select count(*) from runs where state = 'dead'",
    [],
    limit,
  );
  return Number(rows[0]?.count ?? 0);
}

/** Which dead letters are meant: those that fit everything that is given; without any of it, all. */
export interface DeadLetterFilter {
  readonly handler?: string | undefined;
  /** The whole text of the last error. */
  readonly error?: string | undefined;
  /** Those of an event, or its one for a handler. */
  readonly runs?: readonly { readonly uuid: string; readonly handler?: string | undefined }[] | undefined;
}

/** The filter's values are `$1` to `$4`. */
const fitsFilter = `state = 'dead'
  and ($1::text is null or handler = $1)
  and ($2::text is null or error = $2)
  and ($3::text[] is null or exists (
    select from unnest($3::text[], $4::text[]) as run (uuid, handler)
    where run.uuid = event_uuid and (run.handler is null or run.handler = runs.handler)
  ))`;

function filterValues({ handler, error, runs }: DeadLetterFilter): unknown[] {
  return [
    handler ?? null,
    error ?? null,
    runs?.map(({ uuid }) => uuid) ?? null,
    runs?.map((run) => run.handler ?? null) ?? null,
  ];
}

/** A dead letter. */
export interface DeadLetter extends RunIdentity {
  /** When its event was published, in ISO 8601. */
  readonly published: string;
  /** False past the retention: there is nothing to give to a handler. */
  readonly hasPayload: boolean;
}

const WALK_BATCH_SIZE = 500;

/** Dead letters, batch by batch, the last to die first. One that is removed meanwhile does not shift the others. */
export async function* walkDeadLetters(
  database: Database,
  filter: DeadLetterFilter,
): AsyncGenerator<readonly DeadLetter[]> {
  let after = ["infinity", "", ""];
  for (;;) {
    const { rows } = await database.query<{
      event_uuid: string;
      handler: string;
      event_type: string;
      published: Date | string;
      ended_at: string;
      has_payload: boolean;
    }>(
      `select event_uuid, handler, event_type, published, ended_at::text, exists (
         select from events where uuid = event_uuid and payload is not null
       ) as has_payload
       from runs where ${fitsFilter} and (ended_at, event_uuid, handler) < ($5::timestamptz, $6, $7)
       order by ended_at desc, event_uuid desc, handler desc limit ${WALK_BATCH_SIZE}`,
      [...filterValues(filter), ...after],
      limit,
    );
    yield rows.map(({ event_uuid: uuid, event_type: eventType, handler, published, has_payload }) => ({
      uuid,
      eventType,
      handler,
      published: new Date(published).toISOString(),
      hasPayload: has_payload,
    }));
    const last = rows.at(-1);
    if (!last || rows.length < WALK_BATCH_SIZE) return;
    after = [last.ended_at, last.event_uuid, last.handler];
  }
}

/**
 * Discards dead letters. They stay in the history of their events, and can be replayed from there until the retention, which they no
 * longer hold up.
 * @returns how many there were
 */
export async function discardDeadLetters(database: Database, filter: DeadLetterFilter): Promise<number> {
  const { rows } = await database.query<{ discarded: string }>(
    `with discarded as (update runs set state = 'discarded' where ${fitsFilter} returning 1)
     select count(*) as discarded from discarded`,
    filterValues(filter),
    limit,
  );
  return Number(rows[0]?.discarded ?? 0);
}

const REPORT_BATCH_SIZE = 100;

/**
 * Reports each dead letter once, whichever invocation made it and whether or not that lived to report it: two callers at once get each
 * of them once. It is noted before it is reported.
 */
export async function reportDeadLetters({
  database,
  report,
}: Pick<Work, "database" | "report">): Promise<void> {
  for (;;) {
    const { rows } = await database.query<RunIdentity & { attempts: number; error: string | null }>(
      `update runs set reported = true
       where (event_uuid, handler) in (
         select event_uuid, handler from runs where state = 'dead' and not reported
         order by ended_at limit $1 for update skip locked
       )
       returning event_uuid as uuid, event_type as "eventType", handler, failures as attempts, error`,
      [REPORT_BATCH_SIZE],
      limit,
    );
    for (const { error, ...letter } of rows) {
      report({ kind: "dead-letter", ...letter, error: error ?? "unknown" });
    }
    if (rows.length < REPORT_BATCH_SIZE) return;
  }
}
