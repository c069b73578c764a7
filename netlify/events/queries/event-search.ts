/**
 * What a search for events asks, and the SQL of each of its conditions. `choose-index.ts` chooses the condition whose index is
 * walked, `list-events.ts` walks it.
 */
import { lowerAscii, prefixRange } from "./prefix-range.ts";

/** Which events. All conditions must hold. */
export interface EventSearch {
  /** Any of these; none: every type. */
  readonly types: readonly string[];
  /** How the actor's id or login begins; a login's capitals do not matter. */
  readonly actor?: string | undefined;
  /** The same of the main target. */
  readonly target?: string | undefined;
  readonly outcome?: string | undefined;
  readonly severity?: string | undefined;
  /** A run of it, for this handler where one is given, is in this state; `none`: it has no run. */
  readonly handler?: string | undefined;
  readonly state?: keyof typeof RUN_STATES | "none" | undefined;
  /** Published at this time or later, ISO. */
  readonly from?: string | undefined;
  /** Published before this time, ISO. */
  readonly to?: string | undefined;
}

/** A condition of a search, by its name there. */
export type SearchCondition = "types" | "actor" | "target" | "outcome" | "severity" | "runs";

/** The states of a run that a search knows, as conditions on `runs`. */
export const RUN_STATES = {
  dead: "state = 'dead'",
  retrying: "failing_since is not null and state in ('waiting', 'held')",
  running: "state = 'running'",
  waiting: "failing_since is null and state in ('waiting', 'held')",
  discarded: "state = 'discarded'",
  done: "state in ('done', 'superseded')",
} as const;

/** Gives a value its place in the statement, and that place's name. */
export type Bind = (value: unknown) => string;

const conditions: readonly SearchCondition[] = ["types", "actor", "target", "outcome", "severity", "runs"];

/** The SQL of every condition of the search but the chosen one, whose index is walked. */
export function otherConditions(search: EventSearch, chosen: SearchCondition | null, bind: Bind): string[] {
  return conditions.flatMap((condition) =>
    condition === chosen ? [] : conditionSql(search, condition, bind),
  );
}

function conditionSql(search: EventSearch, condition: SearchCondition, bind: Bind): string[] {
  switch (condition) {
    case "types":
      return search.types.length > 0 ? [`event_type = any(${bind(search.types)}::text[])`] : [];
    case "actor":
    case "target": {
      const prefix = search[condition];
      if (prefix === undefined) return [];
      const id = rangeSql(`${condition}_id`, prefix, bind);
      const login = rangeSql(`lower(${condition}_login)`, lowerAscii(prefix), bind);
      return [`((${id}) or (${login}))`];
    }
    case "runs": {
      const { handler, state } = search;
      if (handler === undefined && state === undefined) return [];
      const run = ["select from runs where event_uuid = uuid"];
      if (handler !== undefined) run.push(`handler = ${bind(handler)}`);
      if (state !== undefined && state !== "none") run.push(RUN_STATES[state]);
      return [`${state === "none" ? "not " : ""}exists (${run.join(" and ")})`];
    }
    case "outcome":
    case "severity":
      return search[condition] === undefined ? [] : [`${condition} = ${bind(search[condition])}`];
  }
}

/** The SQL of "begins with". */
export function rangeSql(expression: string, prefix: string, bind: Bind): string {
  const { from, below } = prefixRange(prefix);
  const start = `${expression} >= ${bind(from)}`;
  return below === null ? start : `${start} and ${expression} < ${bind(below)}`;
}

/** Collects the values of a statement while its text is put together: each gets its `$1`, `$2` … in turn. */
export function collectValues(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = [];
  return {
    values,
    bind(value) {
      values.push(value);
      return `$${values.length}`;
    },
  };
}
