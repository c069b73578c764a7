import type { Database } from "../../database/database.ts";

/** A person waits for a slice. */
const limit = { timeoutMs: 20_000 };

const RUNS_AT_ONCE = 5_000;

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
 * Counts the runs and dead letters whose error mentions one of the words; with `erase`, takes that error away. It walks their key: the
 * name of the queue, then the id.
 * @returns how many there were, and where the next slice goes on; null: that was all
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function cleanRunErrors(
  database: Database,
  { words, after, erase }: RunErrorsSlice,
): Promise<{ texts: number; next: string | null }> {
  const [queue = "", id = "00000000-0000-0000-0000-000000000000"] = after === "" ? [] : after.split("/");
  const { rows } = await database.query<{ count: string; last: string | null }>(
    `with slice as materialized (
       select name, id, lower(concat(output, ' ', source_output)) as text
       from pgboss.job where (name, id) > ($2, $3::uuid) order by name, id limit ${RUNS_AT_ONCE}
     ), told as (
       select name, id from slice where exists (select from unnest($1::text[]) word where strpos(text, lower(word)) > 0)
     ), cleaned as (
       update pgboss.job set
         output = case when output is null then null else '{"message": "the error named a person who was forgotten"}'::jsonb end,
         source_output = case when source_output is null then null
           else '{"message": "the error named a person who was forgotten"}'::jsonb end
       where $4 and name = any(array(select distinct name from told)) and id = any(array(select id from told))
     )
     select (select count(*) from told) as count,
       (select name || '/' || id from slice order by name, id offset ${RUNS_AT_ONCE - 1}) as last`,
    [words, queue, id, erase],
    limit,
  );
  const [row] = rows;
  return { texts: Number(row?.count ?? 0), next: row?.last ?? null };
}
