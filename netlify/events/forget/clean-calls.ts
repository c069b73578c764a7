import type { Database } from "../database/database.ts";
import { type Person, wordsOf } from "./person.ts";

/** A person waits for a slice. */
const limit = { timeoutMs: 20_000 };

const DELIVERIES_AT_ONCE = 5_000;

/** Which slice, and what to do with it. */
export interface CallsSlice {
  readonly person: Person;
  /** The last delivery of the slice before; "": begin. */
  readonly after: string;
  /** False: only count. */
  readonly erase: boolean;
}

/**
 * Counts, or takes away, what deliveries and rejected calls repeat of a person outside the events. The names count here: nothing else
 * tells whom a header or a raw text is about.
 * @returns how many rows there were, and where the next slice goes on; null: that was all
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function cleanCalls(
  database: Database,
  { person, after, erase }: CallsSlice,
): Promise<{ texts: number; next: string | null }> {
  const words = wordsOf(person, { names: true });
  const { rows } = await database.query<{ count: string; last: string | null }>(
    `with slice as materialized (
       select id, lower(concat(envelope, ' ', headers, ' ', unreadable, ' ', departures)) as text
       from deliveries where id > $2::bigint order by id limit ${DELIVERIES_AT_ONCE}
     ), told as (
       select id from slice where exists (select from unnest($1::text[]) word where strpos(text, word) > 0)
     ), cleaned as (
       update deliveries set envelope = null, headers = '{}', unreadable = null, departures = null,
         body_sha256 = case when body_sha256 is not null then ''::bytea end
       where $3 and id = any(array(select id from told))
     )
     select (select count(*) from told) as count,
       (select max(id) from slice having count(*) = ${DELIVERIES_AT_ONCE}) as last`,
    [words, after === "" ? "0" : after, erase],
    limit,
  );
  const next = rows[0]?.last ?? null;
  if (erase) await dropHashesOfDuplicates(database, { after, until: next });
  const rejected = next === null ? await cleanRejections(database, words, erase) : 0;
  return { texts: Number(rows[0]?.count ?? 0) + rejected, next: next === null ? null : String(next) };
}

/** All at once: the table holds 200 rows at most. */
async function cleanRejections(
  database: Database,
  words: readonly string[],
  erase: boolean,
): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    `with told as (
       select id from rejections
       where exists (select from unnest($1::text[]) word where strpos(lower(concat(path, ' ', reason, ' ', headers)), word) > 0)
     ), gone as (
       delete from rejections where $2 and id = any(array(select id from told))
     )
     select count(*) as count from told`,
    [words, erase],
    limit,
  );
  return Number(rows[0]?.count ?? 0);
}

/**
 * The hash of a body tells who stood in it to somebody who tries names. Where an event came first it goes with the payload
 * (`forgetRuns`); this is for the deliveries where it came again.
 */
async function dropHashesOfDuplicates(
  database: Database,
  { after, until }: { readonly after: string; readonly until: string | null },
): Promise<void> {
  await database.query(
    `update deliveries set body_sha256 = ''
     where id > $1::bigint and ($2::bigint is null or id <= $2::bigint) and body_sha256 <> '' and duplicate_uuids <> '{}'
       and exists (select from events where uuid = any(duplicate_uuids) and payload is null)`,
    [after === "" ? "0" : after, until],
    limit,
  );
}
