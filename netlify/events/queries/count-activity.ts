/**
 * Events over time, the latest first. The work is bounded whatever is stored: it reads along one index (see `choose-index.ts`), and
 * what a count needs stands in that index unless the search is for a person.
 */
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { chooseIndex, type Walk } from "./choose-index.ts";
import { type Bind, collectValues, type EventSearch, otherConditions } from "./event-search.ts";

/** Steps of equal length from `from` on. */
export interface ActivityQuery {
  /** Which events; its `from` and `to` do not count. */
  readonly search: EventSearch;
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: number;
}

/** How many events of a type were published in a step; steps and types without any are left out. */
export interface ActivityCount {
  /** When the step begins. */
  readonly at: Date;
  readonly eventType: string;
  readonly count: number;
}

/** How many events of a step have a run that is dead, or else one that is not done. */
export interface UndoneCount {
  readonly at: Date;
  readonly dead: number;
  readonly waiting: number;
}

/** What was counted. */
export interface ActivityResult {
  readonly counts: readonly ActivityCount[];
  /** Null: all. Else there are so many that those published before this time were not counted. */
  readonly countedFrom: Date | null;
}

/** How many are looked at, at most: entries of an index, or events where who did it to whom, or their runs count. */
const MAX_ENTRIES = 500_000;
const MAX_EVENTS = 20_000;

/**
 * Counts the events of each step by type.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countActivity(database: Database, question: ActivityQuery): Promise<ActivityResult> {
  const { search } = question;
  const chosen = await chooseIndex(database, search);
  if (chosen.condition !== null && chosen.walks.length === 0) return { counts: [], countedFrom: null };
  const { actor, target, handler, state } = search;
  const isInIndex = [actor, target, handler, state].every((part) => part === undefined);
  const most = isInIndex ? MAX_ENTRIES : MAX_EVENTS;
  const walked = chosen.walks.reduce((sum, { values }) => sum + values.length, 0);
  const mostOfEach = Math.ceil(most / Math.max(1, walked));

  const { values, bind } = collectValues();
  const others = otherConditions(search, chosen.condition, bind);
  const text = statement(question, { walks: chosen.walks, others, mostOfEach, bind });
  const { rows } = await database.query<CountRow>(text, values, { timeoutMs: QUERY_TIMEOUT_MS });
  return readCounts(rows, mostOfEach);
}

interface CountRow {
  /** Which of the values walked along. */
  readonly walk: string;
  readonly at: Date | string;
  readonly event_type: string;
  readonly looked_at: string;
  readonly count: string;
  readonly oldest: Date | string;
}

interface ActivityScan {
  readonly walks: readonly Walk[];
  readonly others: readonly string[];
  readonly mostOfEach: number;
  readonly bind: Bind;
}

function statement({ from, to, stepSeconds }: ActivityQuery, walking: ActivityScan): string {
  const { walks, others, mostOfEach, bind } = walking;
  const [start, end] = [bind(from.toISOString()), bind(to.toISOString())];
  const step = stepSql(stepSeconds, start, bind);
  const along = (key: string, joined: string, condition: string, hits: readonly string[]) => {
    const hit = hits.length === 0 ? "true" : hits.join(" and ");
    return `select ${key} as walk, hit.* from ${joined} cross join lateral (
      select ${step} as at, event_type, count(*) as looked_at, count(*) filter (where ${hit}) as count,
        min(published) as oldest
      from (
        select * from events where published >= ${start}::timestamptz and published < ${end}::timestamptz and ${condition}
        order by published desc limit ${mostOfEach}
      ) looked_at group by 1, 2
    ) hit`;
  };
  if (walks.length === 0) return along("''", "(select) once", "true", others);
  // An event that is met on two of them (its actor's id is a login as well) counts on the first.
  const before: string[] = [];
  const parts = walks.map(({ expression, values, besides }, index) => {
    const list = `${bind(values)}::text[]`;
    const condition = `${expression} = walk.value${besides ? ` and ${besides}` : ""}`;
    const hits = [...others, ...before];
    before.push(`(${expression} = any(${list})) is not true`);
    return along(`'${index} ' || walk.value`, `unnest(${list}) as walk (value)`, condition, hits);
  });
  return parts.join(" union all ");
}

/** A walk that looked at as many as it may ends where it stopped: what lies before was not counted in any of them. */
function readCounts(rows: readonly CountRow[], mostOfEach: number): ActivityResult {
  const ends = new Map<string, { lookedAt: number; oldest: Date }>();
  for (const { walk, looked_at, oldest } of rows) {
    const at = new Date(oldest);
    const known = ends.get(walk) ?? { lookedAt: 0, oldest: at };
    ends.set(walk, {
      lookedAt: known.lookedAt + Number(looked_at),
      oldest: at < known.oldest ? at : known.oldest,
    });
  }
  const cut = [...ends.values()].filter(({ lookedAt }) => lookedAt >= mostOfEach);
  return {
    counts: rows.map((row) => ({
      at: new Date(row.at),
      eventType: row.event_type,
      count: Number(row.count),
    })),
    countedFrom: cut.length === 0 ? null : new Date(Math.max(...cut.map(({ oldest }) => oldest.getTime()))),
  };
}

/** Not an integer: a step of all of time has more seconds than one holds. */
function stepSql(stepSeconds: number, start: string, bind: Bind): string {
  return `date_bin(make_interval(secs => ${bind(stepSeconds)}::float8), published, ${start}::timestamptz)`;
}

/** Of runs in a state, and of events that are not queued yet, more are not looked at: then there are at least as many as were counted. */
const MAX_UNDONE = 20_000;

/**
 * Counts the events of each step that handlers are not done with.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function countUndone(
  database: Database,
  { search, from, to, stepSeconds }: ActivityQuery,
): Promise<UndoneCount[]> {
  const { values, bind } = collectValues();
  const [start, end] = [bind(from.toISOString()), bind(to.toISOString())];
  const ofHandler = search.handler === undefined ? "" : `and handler = ${bind(search.handler)}`;
  const runs = (state: string) =>
    `(select event_uuid, published, state = 'dead' as dead from runs where state = '${state}' ${ofHandler} limit ${MAX_UNDONE})`;
  const notQueued = `(select uuid, published, false from (
      select id from deliveries where queued_at is null limit ${MAX_UNDONE}
    ) delivery join events on events.delivery_id = delivery.id limit ${MAX_UNDONE})`;
  const parts = ["dead", "waiting", "held", "running"].map(runs);
  if (ofHandler === "") parts.push(notQueued);
  const fits = otherConditions(search, null, bind);
  const { rows } = await database.query<{ at: Date | string; dead: string; waiting: string }>(
    `select ${stepSql(stepSeconds, start, bind)} as at, count(*) filter (where dead) as dead, count(*) filter (where not dead) as waiting
     from (
       select event_uuid, published, bool_or(dead) as dead from (${parts.join(" union all ")}) undone
       where published >= ${start}::timestamptz and published < ${end}::timestamptz group by 1, 2
     ) event
     ${fits.length === 0 ? "" : `where exists (select from events where uuid = event_uuid and ${fits.join(" and ")})`}
     group by 1`,
    values,
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ at, dead, waiting }) => ({
    at: new Date(at),
    dead: Number(dead),
    waiting: Number(waiting),
  }));
}
