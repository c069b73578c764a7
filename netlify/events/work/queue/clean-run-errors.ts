import type { Database } from "../../database/database.ts";
import { mayName } from "../../forget/phrases.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue-names.ts";

/** A person waits for a slice. */
const limit = { timeoutMs: 20_000 };

const RUNS_AT_ONCE = 5_000;

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
 * Counts the runs and dead letters whose error names somebody; with `erase`, takes that error away. It walks their key: the name of
 * the queue, then the id.
 * @returns how many there were, and where the next slice goes on; null: that was all
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function cleanRunErrors(
  database: Database,
  { isNamed, patterns, after, erase }: RunErrorsSlice,
): Promise<{ texts: number; next: string | null }> {
  const [queue = "", id = "00000000-0000-0000-0000-000000000000"] = after === "" ? [] : after.split("/");
  const { rows } = await database.query<{ last: string | null; id: string | null; text: string | null }>(
    `with slice as materialized (
       select name, id, concat(output, ' ', source_output) as text
       from pgboss.job where (name, id) > ($2, $3::uuid) order by name, id limit ${RUNS_AT_ONCE}
     )
     select (select name || '/' || id from slice order by name, id offset ${RUNS_AT_ONCE - 1}) as last, likely.id, likely.text
     from (select) always left join slice likely on ${mayName("text", "$1")}`,
    [patterns, queue, id],
    limit,
  );
  const ids = rows.flatMap((row) =>
    row.id !== null && row.text !== null && isNamed(row.text) ? [row.id] : [],
  );
  if (erase && ids.length > 0) {
    await database.query(
      `update pgboss.job set
         output = case when output is null then null else '{"message": "the error named a person who was forgotten"}'::jsonb end,
         source_output = case when source_output is null then null
           else '{"message": "the error named a person who was forgotten"}'::jsonb end
       where name = any($1) and id = any($2::uuid[])`,
      [[RUNS_QUEUE, DEAD_LETTERS_QUEUE], ids],
      limit,
    );
  }
  return { texts: ids.length, next: rows[0]?.last ?? null };
}
