/**
 * Searches events, newest `published` first. The work of one page is bounded whatever is stored: it reads along one index
 * (see `choose-index.ts`) and looks at some 10,000 events at most; where that many held too few hits, the next page goes on.
 */
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { type ChosenIndex, chooseIndex, type Walk } from "./choose-index.ts";
import { type Bind, collectValues, type EventSearch, otherConditions } from "./event-search.ts";
import { type EventColumns, eventColumns, readStoredEvent, type StoredEvent } from "./events.ts";

/** Where a page ended: the next one goes on after this event. */
export interface EventPlace {
  /** ISO, to the millisecond, as every `published` is stored. */
  readonly published: string;
  readonly uuid: string;
}

/** Which page. */
export interface EventPaging {
  readonly after?: EventPlace | undefined;
  readonly limit: number;
}

/** One page. With a `next` there may be more, even where this page is short or empty. */
export interface EventList {
  readonly events: readonly StoredEvent[];
  readonly next: EventPlace | null;
}

/** How many events one page looks at, at most, besides those that it shows. */
const MAX_SCANNED_ROWS = 10_000;

const newestFirst = "order by published desc, uuid desc";

/**
 * Lists one page of a search.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listEvents(
  database: Database,
  search: EventSearch,
  paging: EventPaging,
): Promise<EventList> {
  const chosen = await chooseIndex(database, search);
  if (chosen.condition !== null && chosen.walks.length === 0) return { events: [], next: null };
  const { text, values } = pageStatement(search, chosen, paging);
  const { rows } = await database.query<PageRow>(text, values, { timeoutMs: QUERY_TIMEOUT_MS });
  const found = rows.flatMap((row) =>
    row.uuid === null ? [] : [readStoredEvent({ ...row, uuid: row.uuid })],
  );
  const events = found.slice(0, paging.limit);
  const last = events.at(-1);
  if (found.length > paging.limit && last) return { events, next: placeOf(last.published, last.uuid) };
  const [first] = rows;
  const end = first?.end_published;
  return { events, next: end ? placeOf(end, first.end_uuid ?? "") : null };
}

function placeOf(published: Date | string, uuid: string): EventPlace {
  return { published: new Date(published).toISOString(), uuid };
}

type PageRow = Omit<EventColumns, "uuid"> & {
  readonly uuid: string | null;
  readonly end_published: Date | string | null;
  readonly end_uuid: string | null;
};

/**
 * `found`: the newest hits along each walk. `ends`: how far each walk looked; null: to its end. Below the highest of them
 * something may have been missed, so the page ends there.
 */
function pageStatement(search: EventSearch, chosen: ChosenIndex, { after, limit }: EventPaging) {
  const { values, bind } = collectValues();
  const others = otherConditions(search, chosen.condition, bind);
  const steps = walkSteps(chosen.walks, bind);
  const wanted = limit + 1;
  const walked = Math.max(
    1,
    chosen.walks.reduce((sum, walk) => sum + walk.values.length, 0),
  );
  const lookedAt = others.length === 0 ? wanted : Math.max(wanted, Math.ceil(MAX_SCANNED_ROWS / walked));
  const span = spanConditions(search, after, bind);
  const where = (condition: string) => [condition, ...span].join(" and ");

  const found = steps.map(
    ({ from, condition }) => `select hit.* from ${from} cross join lateral (
      select * from (
        select ${eventColumns} from events where ${where(condition)} ${newestFirst} limit ${lookedAt}
      ) looked_at ${others.length > 0 ? `where ${others.join(" and ")}` : ""} ${newestFirst} limit ${wanted}
    ) hit`,
  );
  const ends =
    others.length === 0
      ? ["select null::timestamptz as published, null::text as uuid"]
      : steps.map(
          ({ from, condition }) => `select last.* from ${from} cross join lateral (
            select published, uuid from events where ${where(condition)} ${newestFirst} offset ${lookedAt - 1} limit 1
          ) last`,
        );
  const text = `with found as (
      select distinct on (published, uuid) * from (${found.join(" union all ")}) hits ${newestFirst} limit ${wanted}
    ), ends as (
      select published as end_published, uuid as end_uuid from (${ends.join(" union all ")}) each_end
      ${newestFirst} limit 1
    )
    select ends.*, found.* from (select) always left join ends on true
    left join found on ends.end_published is null
      or (found.published, found.uuid) >= (ends.end_published, ends.end_uuid)
    order by found.published desc, found.uuid desc`;
  return { text, values };
}

/** Each walk as a list of values to join, and the condition that makes Postgres walk their index. */
function walkSteps(walks: readonly Walk[], bind: Bind): { from: string; condition: string }[] {
  if (walks.length === 0) return [{ from: "(select) once", condition: "true" }];
  return walks.map(({ expression, values, besides }) => ({
    from: `unnest(${bind(values)}::text[]) as walk (value)`,
    condition: `${expression} = walk.value${besides ? ` and ${besides}` : ""}`,
  }));
}

function spanConditions({ from, to }: EventSearch, after: EventPlace | undefined, bind: Bind): string[] {
  const span = [];
  if (from !== undefined) span.push(`published >= ${bind(from)}::timestamptz`);
  if (to !== undefined) span.push(`published < ${bind(to)}::timestamptz`);
  if (after !== undefined) {
    const published = `${bind(after.published)}::timestamptz`;
    // The index knows `published` alone; of those at that very time `uuid` decides.
    span.push(`published <= ${published}`, `(published, uuid) < (${published}, ${bind(after.uuid)})`);
  }
  return span;
}
