/** Goes over everything that is stored for one person, slice by slice: events, then deliveries, then runs. */
import type { Database } from "../database/database.ts";
import { cleanRunErrors } from "../work/queue/clean-run-errors.ts";
import { listParties } from "./person.ts";
import { type IsTheirs, isNamedInJson, isNamedInText, mayName } from "./phrases.ts";

/** Whom to search for, and what to do about it. */
interface Search {
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
interface SearchedSlice {
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
/** A slice is a span of ids: with a `limit` Postgres may sort them all. */
const DELIVERIES_AT_ONCE = 2_000;

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
    case "deliveries":
      return await cleanCalls(database, search, after);
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

/** Counts, or takes away, what deliveries and rejected calls repeat of a person outside the events. */
async function cleanCalls(database: Database, search: Search, after: string): Promise<SearchedSlice> {
  const { rows } = await database.query<{ first: string | null }>(
    "select min(id) as first from deliveries where id > $1::bigint",
    [after || "0"],
    limit,
  );
  const first = rows[0]?.first ?? null;
  if (first === null) {
    const otherTexts = await cleanRejections(database, search);
    return { events: [], otherTexts, next: { part: "runs", after: "" } };
  }
  const last = String(BigInt(first) + BigInt(DELIVERIES_AT_ONCE) - 1n);
  const otherTexts = await cleanDeliveries(database, search, { first, last });
  return { events: [], otherTexts, next: { part: "deliveries", after: last } };
}

/** What a delivery has of its call: texts, then JSON. */
const TEXTS = ["event_id", "hook_id", "hookdeck_event_id", "hookdeck_url", "envelope"] as const;
const COLUMNS = [...TEXTS, "headers", "schema_deviations", "unreadable"] as const;

type DeliveryTexts = Record<(typeof COLUMNS)[number], string | null>;

async function cleanDeliveries(
  database: Database,
  { isTheirs, patterns, erase }: Search,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<number> {
  const { rows } = await database.query<DeliveryTexts & { readonly id: string }>(
    `select id, ${COLUMNS.join()} from (
       select *, concat_ws(' ', ${COLUMNS.join()}) as text from deliveries where id between $2::bigint and $3::bigint offset 0
     ) slice where ${mayName("text", "$1")}`,
    [patterns, first, last],
    limit,
  );
  let texts = 0;
  for (const { id, ...delivery } of rows) {
    const cleaned = cleanTexts(delivery, isTheirs);
    if (COLUMNS.every((column) => cleaned[column] === delivery[column])) continue;
    texts += 1;
    if (!erase) continue;
    await database.query(
      `update deliveries set ${COLUMNS.map((column, index) => `${column} = $${index + 2}`).join()} where id = $1`,
      [id, ...COLUMNS.map((column) => cleaned[column])],
      limit,
    );
  }
  return texts;
}

/** Of headers and lists only what names the person goes. */
function cleanTexts(delivery: DeliveryTexts, isTheirs: IsTheirs): DeliveryTexts {
  const cleaned = { ...delivery };
  for (const column of TEXTS) {
    if (isNamedInText(delivery[column] ?? "", isTheirs)) cleaned[column] = null;
  }
  const headers = Object.entries(JSON.parse(delivery.headers ?? "{}"));
  const otherHeaders = headers.filter(([name, value]) => !isNamedInJson({ [name]: value }, isTheirs));
  if (otherHeaders.length < headers.length) {
    cleaned.headers = JSON.stringify(Object.fromEntries(otherHeaders));
  }
  const cleanList = (column: string | null, read: (item: unknown) => unknown) => {
    const items: readonly unknown[] = column === null ? [] : JSON.parse(column);
    const left = items.filter((item) => !isNamedInJson(read(item), isTheirs));
    if (left.length === items.length) return column;
    return left.length === 0 ? null : JSON.stringify(left);
  };
  return {
    ...cleaned,
    schema_deviations: cleanList(delivery.schema_deviations, (remark) => remark),
    unreadable: cleanList(delivery.unreadable, readPart),
  };
}

/** An unreadable event, or several with commas between them: what is in it counts as in any event. */
function readPart(part: unknown): unknown {
  const { json, ...rest } = part as { readonly json: string };
  return [rest, JSON.parse(`[${json}]`)];
}

/** The table holds 200 rows at most. */
async function cleanRejections(database: Database, { isTheirs, erase }: Search): Promise<number> {
  const { rows } = await database.query<{ id: string; path: string; reason: string; headers: string }>(
    "select id, path, reason, headers from rejections",
    [],
    limit,
  );
  const ids = rows.filter(({ id: _, ...texts }) => isNamedInJson(texts, isTheirs)).map(({ id }) => id);
  if (erase && ids.length > 0)
    await database.query("delete from rejections where id = any($1)", [ids], limit);
  return ids.length;
}
