/**
 * Takes a person out of the store, slice by slice: their events lose payload and copied columns, and their runs and dead letters go;
 * then what else repeats them: a header, a raw text, a handler's error. The `uuid`s stay, so that an event that comes
 * again is not new.
 */
import type { Database } from "../database/database.ts";
import { cleanRunErrors } from "../work/queue/clean-run-errors.ts";
import { forgetRuns, listUnfinishedRuns, type UnfinishedRun } from "../work/queue/forget-runs.ts";
import { cleanCalls } from "./clean-calls.ts";
import { mentions, type Person, wordsOf } from "./person.ts";

/** What to do with one slice. */
export interface ForgetSlice {
  readonly person: Person;
  /** The `next` of the slice before; null: begin. */
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
  /** Other rows that repeated the person. */
  readonly otherTexts: number;
  /** Where the next slice goes on; null: that was all. */
  readonly next: string | null;
}

const EVENTS_AT_ONCE = 1_000;
/** A slice is read whole, and a person waits for it. */
const limit = { timeoutMs: 20_000 };

/** Where a slice begins: the first letter says in what. */
const BEGINNINGS = { events: "e", deliveries: "d", runs: "r" } as const;

/**
 * Counts or forgets one slice: of the events, then of the deliveries, then of the runs. It may be repeated.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function forgetSlice(database: Database, slice: ForgetSlice): Promise<ForgottenSlice> {
  const place = slice.after ?? BEGINNINGS.events;
  const after = place.slice(1);
  switch (place[0]) {
    case BEGINNINGS.events:
      return await forgetEvents(database, slice, after);
    case BEGINNINGS.deliveries: {
      const { texts, next } = await cleanCalls(database, { ...slice, after });
      return {
        ...nothing,
        otherTexts: texts,
        next: next === null ? BEGINNINGS.runs : BEGINNINGS.deliveries + next,
      };
    }
    default: {
      const { texts, next } = await cleanRunErrors(database, {
        ...slice,
        words: allWords(slice.person),
        after,
      });
      return { ...nothing, otherTexts: texts, next: next === null ? null : BEGINNINGS.runs + next };
    }
  }
}

const nothing = { events: 0, unfinished: [], otherTexts: 0 } as const;

/** In a text of ours nothing but the names tells whom it is about. */
function allWords(person: Person): string[] {
  return wordsOf(person, { names: true });
}

async function forgetEvents(
  database: Database,
  { person, erase, alsoUnfinished }: ForgetSlice,
  after: string,
): Promise<ForgottenSlice> {
  const words = wordsOf(person, { names: false });
  const { rows } = await database.query<{ last: string | null; uuid: string | null; payload: string | null }>(
    `with slice as materialized (
       select uuid, payload from events where uuid > $1 order by uuid limit ${EVENTS_AT_ONCE}
     ), likely as (
       select uuid, payload from slice
       where payload is not null
         and (payload like '%\\\\%' or exists (
           select from (select lower(payload) as text offset 0) lowered, unnest($2::text[]) word where strpos(text, lower(word)) > 0
         ))
     )
     select (select max(uuid) from slice having count(*) = ${EVENTS_AT_ONCE}) as last, likely.uuid, likely.payload
     from (select) always left join likely on true`,
    [after, words],
    limit,
  );
  const uuids = rows.flatMap(({ uuid, payload }) =>
    uuid !== null && payload !== null && mentions(payload, words) ? [uuid] : [],
  );
  const last = rows[0]?.last ?? null;
  const unfinished = await listUnfinishedRuns(database, uuids);
  const held = new Set(alsoUnfinished ? [] : unfinished.map(({ uuid }) => uuid));
  const going = uuids.filter((uuid) => !held.has(uuid));
  const events = erase ? await forgetRuns(database, going, { alsoUnfinished }) : going.length;
  const next = last === null ? BEGINNINGS.deliveries : BEGINNINGS.events + last;
  return { events, unfinished, otherTexts: 0, next };
}
