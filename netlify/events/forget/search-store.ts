/** Goes over everything that is stored for one person, slice by slice: events, then deliveries, then runs. */
import type { Database } from "../database/database.ts";
import { cleanRunErrors } from "../work/queue/clean-run-errors.ts";
import { cleanCalls } from "./clean-calls.ts";
import { listParties } from "./person.ts";
import { type IsTheirs, isNamedInJson, isNamedInText, mayName } from "./phrases.ts";

/** Whom to search for, and what to do about it. */
export interface Search {
  readonly isTheirs: IsTheirs;
  readonly patterns: readonly string[];
  /** Whether texts outside the events are taken away; false: only counted. */
  readonly erase: boolean;
}

/** Where a slice begins. */
export interface SearchPlace {
  readonly part: "events" | "deliveries" | "runs";
  /** What the slice before ended with; "": begin. */
  readonly after: string;
}

/** What a slice holds of the person. */
export interface SearchedSlice {
  readonly events: readonly {
    readonly uuid: string;
    /** Whose it is: a login, with the name and the id of its user. */
    readonly owner: string;
  }[];
  /** Other rows that repeat the person. */
  readonly otherTexts: number;
  /** Null: that was all. */
  readonly next: SearchPlace | null;
}

const EVENTS_AT_ONCE = 1_000;
/** A slice is read whole, and a person waits for it. */
const limit = { timeoutMs: 20_000 };

/**
 * Searches one slice. It may be repeated.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function searchSlice(
  database: Database,
  search: Search,
  { part, after }: SearchPlace,
): Promise<SearchedSlice> {
  switch (part) {
    case "events":
      return await searchEvents(database, search, after);
    case "deliveries": {
      const { texts, next } = await cleanCalls(database, { ...search, after });
      const place = next === null ? { part: "runs" as const, after: "" } : { part, after: next };
      return { events: [], otherTexts: texts, next: place };
    }
    case "runs": {
      const isNamed = (error: string) => isNamedInText(error, search.isTheirs);
      const { texts, next } = await cleanRunErrors(database, { ...search, isNamed, after });
      return { events: [], otherTexts: texts, next: next === null ? null : { part, after: next } };
    }
  }
}

async function searchEvents(
  database: Database,
  { isTheirs, patterns }: Search,
  after: string,
): Promise<SearchedSlice> {
  const { rows } = await database.query<{ last: string | null; uuid: string | null; payload: string | null }>(
    `with slice as materialized (
       select uuid, payload from events where uuid > $1 order by uuid limit ${EVENTS_AT_ONCE}
     )
     select (select max(uuid) from slice having count(*) = ${EVENTS_AT_ONCE}) as last, likely.uuid, likely.payload
     from (select) always left join slice likely on payload is not null and ${mayName("payload", "$2")}`,
    [after, patterns],
    limit,
  );
  const events = rows.flatMap(({ uuid, payload }) => {
    if (uuid === null || payload === null) return [];
    const event: unknown = JSON.parse(payload);
    return isNamedInJson(event, isTheirs) ? [{ uuid, owner: findOwner(event, isTheirs) }] : [];
  });
  const last = rows[0]?.last ?? null;
  const next =
    last === null ? { part: "deliveries" as const, after: "" } : { part: "events" as const, after: last };
  return { events, otherTexts: 0, next };
}

/** The person, if the event has their id or login as somebody's; else its actor: the event only mentions the person. */
function findOwner(event: unknown, isTheirs: IsTheirs): string {
  const theirs = listParties(event).filter(({ id, login }) => isNamedInJson([id, login], isTheirs));
  const { actor } = event as { readonly actor?: unknown };
  const owner = theirs.find(({ isUser }) => isUser) ?? theirs[0] ?? listParties(actor)[0];
  if (owner === undefined) return "nobody that it names";
  const more = [owner.name, owner.isUser ? owner.id : null].filter((text) => text !== null);
  return `${owner.login ?? "no login"}${more.length > 0 ? ` (${more.join(", ")})` : ""}`;
}
