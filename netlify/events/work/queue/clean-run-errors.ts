import type { Database } from "../../database/database.ts";

/** A person waits for a slice. */
const limit = { timeoutMs: 20_000 };

const RUN_BATCH_SIZE = 5_000;
const REPLACEMENT = "the error named a person who was forgotten";

/** Which slice, and what to do with it. */
export interface RunErrorsSlice {
  /** What to look for, whatever its capitals. */
  readonly words: readonly string[];
  /** Where the slice before ended; "": begin. */
  readonly after: string;
  /** False: only count. */
  readonly erase: boolean;
}

/**
 * Counts the runs with an error, of one of their last tries, that mentions one of the words; with `erase`, takes those errors away. It
 * walks their key: the event, then the handler.
 * @returns how many there were, and where the next slice goes on; null: that was all
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function cleanRunErrors(
  database: Database,
  { words, after, erase }: RunErrorsSlice,
): Promise<{ texts: number; next: string | null }> {
  const [handler = "", uuid = ""] = after.split(/\/(.*)/s);
  const { rows } = await database.query<{ count: string; last: string | null }>(
    `with slice as materialized (
       select event_uuid, handler, lower(concat(error, ' ', last_tries)) as text from runs
       where (event_uuid, handler) > ($4, $3) order by event_uuid, handler limit ${RUN_BATCH_SIZE}
     ), matching as (
       select event_uuid, handler from slice
       where exists (select from unnest($1::text[]) word where strpos(text, lower(word)) > 0)
     ), cleaned as (
       update runs set
         error = case when error is not null then '${REPLACEMENT}' end,
         last_tries = (select jsonb_agg(try || '{"error": "${REPLACEMENT}"}') from jsonb_array_elements(last_tries) as try)
       where $2 and (event_uuid, handler) in (select event_uuid, handler from matching)
     )
     select (select count(*) from matching) as count,
       (select handler || '/' || event_uuid from slice order by event_uuid, handler offset ${RUN_BATCH_SIZE - 1}) as last`,
    [words, erase, handler, uuid],
    limit,
  );
  const [row] = rows;
  return { texts: Number(row?.count ?? 0), next: row?.last ?? null };
}
