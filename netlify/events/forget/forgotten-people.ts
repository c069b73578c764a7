/**
 * Who was forgotten, as salted hashes of their ids and logins, and which of their events are still to be emptied. The events go
 * last, by their uuids: until the whole store was searched, what the person is called can be learnt from them anew.
 */
import { hash, randomBytes } from "node:crypto";
import type { Database } from "../database/database.ts";
import { REMEMBERED_DAYS } from "../record/published-too-long-ago.ts";
import { forgetRuns, listUnfinishedRuns, type UnfinishedRun } from "../work/queue/forget-runs.ts";
import { keysOfPerson, type Person } from "./person.ts";
import { type IsTheirs, keysOfPhrase } from "./phrases.ts";

const limit = { timeoutMs: 20_000 };
const EVENTS_AT_ONCE = 1_000;
/** A delivery that came longer ago than this is stored, or never will be: an invocation lives 60 s at most (Netlify). */
export const SETTLED_MS = 5 * 60_000;

/**
 * Adds somebody who is being forgotten.
 * @returns the id of the row
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function addForgottenPerson(database: Database, person: Person, now: Date): Promise<string> {
  // One salt for all of them: what arrives is then hashed once.
  const { rows: known } = await database.query<{ salt: string }>(
    "select salt from forgotten_people order by id limit 1",
    [],
    limit,
  );
  const salt = known[0]?.salt ?? randomBytes(32).toString("base64url");
  const hashes = keysOfPerson(person).map((key) => hashKey(salt, key));
  const { rows } = await database.query<{ id: string }>(
    `insert into forgotten_people (forgotten_at, salt, hashes, checked_delivery_id)
     values ($1, $2, $3, coalesce((select id from deliveries where received_at < $4 order by id desc limit 1), 0))
     returning id`,
    [now.toISOString(), salt, hashes, new Date(now.getTime() - SETTLED_MS).toISOString()],
    limit,
  );
  return String(rows[0]?.id);
}

/**
 * Adds events that are to be emptied.
 * @param options.searched nothing else is to be found
 * @returns whether the row is still there
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function addWaitingEvents(
  database: Database,
  id: string,
  uuids: readonly string[],
  { searched }: { readonly searched: boolean },
): Promise<boolean> {
  let isThere = true;
  let place = 0;
  do {
    const slice = uuids.slice(place, place + EVENTS_AT_ONCE);
    place += EVENTS_AT_ONCE;
    const { rows } = await database.query(
      `update forgotten_people set searched = searched or $3,
         waiting = waiting || array(select unnest($2::text[]) except select unnest(waiting))
       where id = $1 returning id`,
      [id, slice, searched && place >= uuids.length],
      limit,
    );
    isThere = rows.length > 0;
  } while (place < uuids.length);
  return isThere;
}

/**
 * Empties the events that wait, slice by slice as long as there is time. Those whose runs have not finished go on waiting.
 * @returns how many were emptied, the runs that keep their events until they have finished, and where to go on; null: that was all
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function emptyWaitingEvents(
  database: Database,
  id: string,
  options: { readonly from: number; readonly alsoUnfinished: boolean; readonly hasTime: () => boolean },
): Promise<{
  readonly events: number;
  readonly unfinished: readonly UnfinishedRun[];
  readonly next: number | null;
}> {
  const { rows } = await database.query<{ waiting: string[] }>(
    "select waiting from forgotten_people where id = $1 and searched",
    [id],
    limit,
  );
  const waiting = rows[0]?.waiting ?? [];
  const unfinished: UnfinishedRun[] = [];
  let events = 0;
  let place = options.from;
  do {
    const slice = waiting.slice(place, place + EVENTS_AT_ONCE);
    if (!options.alsoUnfinished) unfinished.push(...(await listUnfinishedRuns(database, slice)));
    events += await forgetRuns(database, slice, options);
    place += EVENTS_AT_ONCE;
  } while (place < waiting.length && options.hasTime());
  const left = await database.query<{ count: number }>(
    `update forgotten_people set waiting = array(
       select uuid from unnest(waiting) with ordinality as event (uuid, place)
       where exists (select from events where events.uuid = event.uuid collate "C" and payload is not null)
       order by place
     ) where id = $1 returning cardinality(waiting) as count`,
    [id],
    limit,
  );
  const untried = waiting.length - place;
  return { events, unfinished, next: untried > 0 ? Math.max(0, (left.rows[0]?.count ?? 0) - untried) : null };
}

/** A row of somebody who was forgotten. */
interface ForgottenPerson {
  readonly id: string;
  readonly forgotten_at: Date | string;
  readonly salt: string;
  readonly hashes: readonly string[];
  readonly is_waiting: boolean;
  readonly checked_delivery_id: string;
}

/**
 * Lists who was forgotten in the last 90 days, and removes the others. What was published before that came within this time, or never
 * will.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listForgottenPeople(
  database: Database,
  now: Date,
): Promise<readonly ForgottenPerson[]> {
  const { rows } = await database.query<ForgottenPerson>(
    `with gone as (delete from forgotten_people where forgotten_at < $1)
     select id, forgotten_at, salt, hashes, waiting <> '{}' as is_waiting, checked_delivery_id
     from forgotten_people where forgotten_at >= $1 and searched`,
    [new Date(now.getTime() - REMEMBERED_DAYS * 86_400_000).toISOString()],
    limit,
  );
  return rows;
}

/** Makes the test for what was published at a time: whether a phrase is of somebody who was forgotten afterwards. */
export function recognizePeople(people: readonly ForgottenPerson[]): (publishedMs: number) => IsTheirs {
  const salts = [...new Set(people.map(({ salt }) => salt))];
  const forgottenAtMs = new Map<string, number>();
  for (const { hashes, forgotten_at } of people) {
    const atMs = new Date(forgotten_at).getTime();
    for (const known of hashes) forgottenAtMs.set(known, Math.max(atMs, forgottenAtMs.get(known) ?? atMs));
  }
  return (publishedMs) => (phrase) =>
    salts.some((salt) =>
      keysOfPhrase(phrase).some((key) => {
        const atMs = forgottenAtMs.get(hashKey(salt, key));
        return atMs !== undefined && atMs > publishedMs;
      }),
    );
}

function hashKey(salt: string, key: string): string {
  return hash("sha256", `${salt} ${key}`, "base64url");
}
