import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { learnPerson, type Person } from "./person.ts";

/** So many of the latest events tell what else a person is called. */
const READ_AT_MOST = 200;

/**
 * Finds out what else somebody is called, from the events that are by them or about them.
 * @param who an Okta id or a login; a login's capitals do not matter
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function findPerson(database: Database, who: string): Promise<Person> {
  const branches = [
    "actor_id = $1",
    "target_id = $1",
    "lower(actor_login) = lower($1)",
    "lower(target_login) = lower($1)",
  ];
  const { rows } = await database.query<{ payload: string }>(
    branches
      .map(
        (condition) => `(select payload from events where ${condition} and payload is not null
         order by published desc limit ${READ_AT_MOST})`,
      )
      .join(" union all "),
    [who],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  let person: Person = { ids: [who], logins: [who], names: [] };
  // Twice: the first pass may learn the id by which the second one recognises the rest.
  for (let pass = 0; pass < 2; pass += 1) {
    for (const { payload } of rows) person = learnPerson(person, JSON.parse(payload));
  }
  return person;
}
