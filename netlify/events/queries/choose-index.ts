/**
 * Chooses what a search walks along: the index of one of its conditions, which gives the newest first and few others
 * besides. Where none helps, it walks along all events, newest first.
 */
import type { Database } from "../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { distinctValues } from "./distinct-values.ts";
import { type EventSearch, RUN_STATES, type SearchCondition } from "./event-search.ts";
import { lowerAscii } from "./prefix-range.ts";

/** One index to walk: for each value, the rows where `sql` equals it. */
export interface Walk {
  /** An indexed expression. */
  readonly expression: string;
  readonly values: readonly string[];
  /** What a partial index needs to be recognised. */
  readonly besides?: string;
}

/** The index that a search walks. */
export interface ChosenIndex {
  /** The condition that the walks fulfil; null: none, all events are walked. */
  readonly condition: SearchCondition | null;
  /** A row may be met on two of them (an id that is a login as well). Empty: there is no such event. */
  readonly walks: readonly Walk[];
}

/** A prefix of more ids or logins than this is so common that walking all events finds it soon. */
const MAX_VALUES = 200;

/** Decides by what is usually rarest: who, then to whom, then what is not done, then the type, then what went wrong in Okta. */
export async function chooseIndex(database: Database, search: EventSearch): Promise<ChosenIndex> {
  for (const side of ["actor", "target"] as const) {
    const prefix = search[side];
    const walks = prefix === undefined ? null : await walksOfParty(database, side, prefix);
    if (walks !== null) return { condition: side, walks };
  }
  const uuids = await uuidsOfRuns(database, search);
  if (uuids !== null) return { condition: "runs", walks: [{ expression: "uuid", values: uuids }] };
  if (search.types.length > 0) {
    return { condition: "types", walks: [{ expression: "event_type", values: [...new Set(search.types)] }] };
  }
  // The usual value is in no index: nearly every event has it.
  for (const [condition, usual] of [
    ["outcome", "SUCCESS"],
    ["severity", "INFO"],
  ] as const) {
    const value = search[condition];
    if (value !== undefined && value !== usual) {
      const walk = { expression: condition, values: [value], besides: `${condition} <> '${usual}'` };
      return { condition, walks: [walk] };
    }
  }
  return { condition: null, walks: [] };
}

/** The ids and logins that begin so; null: too many to walk one by one. */
async function walksOfParty(database: Database, side: "actor" | "target", prefix: string) {
  const walks: Walk[] = [];
  for (const [expression, text] of [
    [`${side}_id`, prefix],
    [`lower(${side}_login)`, lowerAscii(prefix)],
  ] as const) {
    const values = await distinctValues(database, expression, text, MAX_VALUES + 1);
    if (values.length > MAX_VALUES) return null;
    if (values.length > 0) walks.push({ expression, values });
  }
  return walks;
}

/** The events of which a run is in one of the states that few are in; null: another state, or too many to walk one by one. */
async function uuidsOfRuns(database: Database, { handler, state }: EventSearch): Promise<string[] | null> {
  if (state !== "dead" && state !== "retrying" && state !== "running" && state !== "waiting") return null;
  const { rows } = await database.query<{ uuid: string }>(
    `select distinct event_uuid as uuid from (
       select event_uuid from runs where ${RUN_STATES[state]} and ($1::text is null or handler = $1) limit ${MAX_VALUES + 1}
     ) some_runs`,
    [handler ?? null],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.length > MAX_VALUES ? null : rows.map(({ uuid }) => uuid);
}
