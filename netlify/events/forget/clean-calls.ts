import type { Database } from "../database/database.ts";
import { type Person, wordsOf } from "./person.ts";

/** A person waits for a slice. */
const limit = { timeoutMs: 20_000 };

/** As a span of their numbers: counted by a `limit`, Postgres may sort them all. */
const DELIVERIES_AT_ONCE = 2_000;

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
  const { rows } = await database.query<{ first: string | null }>(
    "select min(id) as first from deliveries where id > $1::bigint",
    [after === "" ? "0" : after],
    limit,
  );
  const first = rows[0]?.first ?? null;
  if (first === null) return { texts: await cleanRejections(database, words, erase), next: null };
  const until = String(BigInt(first) + BigInt(DELIVERIES_AT_ONCE) - 1n);
  const texts = await cleanDeliveries(database, words, { first, until, erase });
  return { texts, next: until };
}

interface DeliveriesSlice {
  readonly first: string;
  readonly until: string;
  readonly erase: boolean;
}

async function cleanDeliveries(
  database: Database,
  words: readonly string[],
  { first, until, erase }: DeliveriesSlice,
): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    `with slice as materialized (
       select id, lower(concat(envelope, ' ', headers, ' ', unreadable, ' ', schema_deviations)) as text
       from deliveries where id between $2::bigint and $3::bigint
     ), told as (
       select id from slice where exists (select from unnest($1::text[]) word where strpos(text, lower(word)) > 0)
     ), cleaned as (
       update deliveries set envelope = null, headers = '{}', unreadable = null, schema_deviations = null
       where $4 and id = any(array(select id from told))
     )
     select count(*) as count from told`,
    [words, first, until, erase],
    limit,
  );
  return Number(rows[0]?.count ?? 0);
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
       where exists (select from unnest($1::text[]) word where strpos(lower(concat(path, ' ', reason, ' ', headers)), lower(word)) > 0)
     ), gone as (
       delete from rejections where $2 and id = any(array(select id from told))
     )
     select count(*) as count from told`,
    [words, erase],
    limit,
  );
  return Number(rows[0]?.count ?? 0);
}
