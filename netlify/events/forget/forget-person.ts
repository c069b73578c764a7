/**
 * Takes a person out of the store, slice by slice: their events lose payload and copied columns, and their runs and dead letters go;
 * what else repeats them (a handler's error, a header, a raw text) goes at the end. The `uuid`s stay, so that an event that comes
 * again is not new.
 */
import type { Database } from "../database/database.ts";
import {
  cleanRunErrors,
  forgetRuns,
  listUnfinishedRuns,
  type UnfinishedRun,
} from "../work/queue/forget-runs.ts";
import { mentions, type Person, wordsOf } from "./person.ts";

/** What to do with one slice. */
export interface ForgetSlice {
  readonly person: Person;
  /** The last `uuid` of the slice before; null: begin. */
  readonly after: string | null;
  /** False: only count. */
  readonly erase: boolean;
  /** Whether events go whose handlers have not finished, and their runs too. */
  readonly alsoUnfinished: boolean;
}

/** What a slice held of the person. */
export interface ForgottenSlice {
  /** Events of theirs that went, or would. */
  readonly events: number;
  /** Runs that have not finished, and hold their events back unless told otherwise. */
  readonly unfinished: readonly UnfinishedRun[];
  /** Other rows that repeated the person; counted and cleaned with the last slice. */
  readonly otherTexts: number;
  /** Where the next slice goes on; null: that was all. */
  readonly next: string | null;
}

const EVENTS_AT_ONCE = 1_000;
/** A slice is read whole, and a person waits for it. */
const limit = { timeoutMs: 20_000 };

/**
 * Counts or forgets one slice. It may be repeated.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function forgetSlice(
  database: Database,
  { person, after, erase, alsoUnfinished }: ForgetSlice,
): Promise<ForgottenSlice> {
  const words = wordsOf(person, { names: false });
  const { rows } = await database.query<{ last: string | null; uuid: string | null; payload: string | null }>(
    `with slice as materialized (
       select uuid, payload from events where uuid > $1 order by uuid limit ${EVENTS_AT_ONCE}
     ), likely as (
       select uuid, payload from slice
       where payload is not null
         and (payload like '%\\\\%' or exists (select from unnest($2::text[]) word where strpos(lower(payload), word) > 0))
     )
     select (select max(uuid) from slice having count(*) = ${EVENTS_AT_ONCE}) as last, likely.uuid, likely.payload
     from (select) always left join likely on true`,
    [after ?? "", words],
    limit,
  );
  const uuids = rows.flatMap(({ uuid, payload }) =>
    uuid !== null && payload !== null && mentions(payload, words) ? [uuid] : [],
  );
  const next = rows[0]?.last ?? null;
  const unfinished = await listUnfinishedRuns(database, uuids);
  const held = new Set(alsoUnfinished ? [] : unfinished.map(({ uuid }) => uuid));
  const going = uuids.filter((uuid) => !held.has(uuid));
  const events = erase ? await forgetRuns(database, going, { alsoUnfinished }) : going.length;
  const otherTexts = next === null ? await cleanOtherTexts(database, person, erase) : 0;
  if (next === null && erase) await dropHashesOfDuplicates(database);
  return { events, unfinished, otherTexts, next };
}

/** What repeats a person outside their events. The names count here: nothing else tells whom an error text is about. */
async function cleanOtherTexts(database: Database, person: Person, erase: boolean): Promise<number> {
  const words = wordsOf(person, { names: true });
  const told = (text: string) =>
    `exists (select from unnest($1::text[]) word where strpos(lower(${text}), word) > 0)`;
  const columns = ["envelope", "headers", "unreadable", "departures"];
  const ofDelivery = told(columns.map((column) => `coalesce(${column}, '')`).join(" || "));
  const ofRejection = told("path || reason || headers");
  const statements: readonly [counted: string, erased: string][] = [
    [
      `select count(*) from deliveries where ${ofDelivery}`,
      `with gone as (
         update deliveries set envelope = null, headers = '{}', unreadable = null, departures = null,
           body_sha256 = case when body_sha256 is not null then ''::bytea end
         where ${ofDelivery} returning 1
       ) select count(*) from gone`,
    ],
    [
      `select count(*) from rejections where ${ofRejection}`,
      `with gone as (delete from rejections where ${ofRejection} returning 1) select count(*) from gone`,
    ],
  ];
  let count = 0;
  for (const [counted, erased] of statements) {
    const { rows } = await database.query<{ count: string }>(erase ? erased : counted, [words], limit);
    count += Number(rows[0]?.count ?? 0);
  }
  return count + (await cleanRunErrors(database, words, erase));
}

/**
 * The hash of a body tells who stood in it to somebody who tries names. Where an event came first it goes with the payload
 * (`forgetRuns`); no index finds where it came again.
 */
async function dropHashesOfDuplicates(database: Database): Promise<void> {
  await database.query(
    `update deliveries set body_sha256 = ''
     where body_sha256 <> '' and duplicate_uuids <> '{}'
       and exists (select from events where uuid = any(duplicate_uuids) and payload is null)`,
    [],
    limit,
  );
}
