import type { Database } from "../../database/database.ts";
import { mayName } from "../../forget/phrases.ts";

/** A person waits for a slice. */
const limit = { timeoutMs: 20_000 };

const RUN_BATCH_SIZE = 5_000;
const REPLACEMENT = "the error named a person who was forgotten";

/** Which slice, and what to do with it. */
export interface RunErrorsSlice {
  /** Whether an error is among those that go. */
  readonly isNamed: (error: string) => boolean;
  /** Only an error that fits one of these is asked about: see `mayName`. */
  readonly patterns: readonly string[];
  /** Where the slice before ended; "": begin. */
  readonly after: string;
  /** False: only count. */
  readonly erase: boolean;
}

/**
 * Counts the runs with an error, of one of their last tries, that names somebody; with `erase`, takes those errors away. It walks their
 * key: the event, then the handler.
 * @returns how many there were, and where the next slice goes on; null: that was all
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function cleanRunErrors(
  database: Database,
  { isNamed, patterns, after, erase }: RunErrorsSlice,
): Promise<{ texts: number; next: string | null }> {
  const [handler = "", uuid = ""] = after.split(/\/(.*)/s);
  const { rows } = await database.query<{
    last: string | null;
    event_uuid: string | null;
    handler: string;
    text: string | null;
  }>(
    `with slice as materialized (
       select event_uuid, handler, concat(error, ' ', last_tries) as text from runs
       where (event_uuid, handler) > ($2, $3) order by event_uuid, handler limit ${RUN_BATCH_SIZE}
     )
     select (select handler || '/' || event_uuid from slice order by event_uuid, handler offset ${RUN_BATCH_SIZE - 1}) as last,
       likely.event_uuid, likely.handler, likely.text
     from (select) always left join slice likely on ${mayName("text", "$1")}`,
    [patterns, uuid, handler],
    limit,
  );
  const naming = rows.filter((row) => row.event_uuid !== null && row.text !== null && isNamed(row.text));
  if (erase && naming.length > 0) {
    await database.query(
      `update runs set
         error = case when error is not null then '${REPLACEMENT}' end,
         last_tries = (select jsonb_agg(try || '{"error": "${REPLACEMENT}"}') from jsonb_array_elements(last_tries) as try)
       where (event_uuid, handler) in (select * from unnest($1::text[], $2::text[]))`,
      [naming.map((row) => row.event_uuid), naming.map((row) => row.handler)],
      limit,
    );
  }
  return { texts: naming.length, next: rows[0]?.last ?? null };
}
