import { storable } from "../../base/storable.ts";
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { learnPerson, type Person } from "./person.ts";

/** Of an id or a login, so many of the latest events are looked through for logins that it had, or ids that had it … */
const MAX_EVENTS = 20_000;
/** … and so many are read: the latest of each pair of the two. */
const MAX_PAYLOADS = 1_000;
const COLUMN_LENGTH = 256;

/**
 * Finds out what else somebody is called, from the events that are by them or about them.
 * @param who an Okta id or a login; a login's capitals do not matter
 * @returns null: nobody can be meant
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findPerson(database: Database, who: string): Promise<Person | null> {
  const searched = new Set<string>();
  const events: unknown[] = [];
  let person: Person | null;
  let ids = [who];
  let logins = [who];
  do {
    for (const key of [...ids, ...logins]) searched.add(key);
    for (const payload of await readPayloads(database, { ids, logins })) events.push(JSON.parse(payload));
    person = learnPerson(who, events);
    const isNew = (key: string) => !searched.has(key);
    ids = person?.userIds.filter(isNew) ?? [];
    logins = [...(person?.logins ?? []), ...(person?.sharedLogins ?? [])].filter(isNew);
  } while (ids.length + logins.length > 0);
  return person;
}

/** The columns cut and clean what is in the event, and their indexes know the small letters of A to Z alone. */
async function readPayloads(
  database: Database,
  { ids, logins }: { readonly ids: readonly string[]; readonly logins: readonly string[] },
): Promise<string[]> {
  const spellings = logins
    .flatMap((login) => [login, login.toLowerCase(), login.toUpperCase()])
    .map((login) => storable(login, COLUMN_LENGTH).replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
  const branch = (column: string, keys: string, other: string) => `
    select event.uuid, event.nth from unnest(${keys}::text[]) as key cross join lateral (
      select uuid, row_number() over (partition by ${other} order by published desc) as nth from (
        select uuid, published, ${other} from events
        where ${column} = key collate "C" and payload is not null order by published desc limit ${MAX_EVENTS}
      ) latest
    ) event`;
  const { rows } = await database.query<{ payload: string }>(
    `select payload from events where uuid = any(array(
       select uuid from (
         ${[
           branch("actor_id", "$1", "actor_login"),
           branch("target_id", "$1", "target_login"),
           branch("lower(actor_login)", "$2", "actor_id"),
           branch("lower(target_login)", "$2", "target_id"),
         ].join(" union all ")}
       ) found order by nth limit ${MAX_PAYLOADS}
     )) and payload is not null`,
    [ids.map((id) => storable(id, COLUMN_LENGTH)), [...new Set(spellings)]],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ payload }) => payload);
}
