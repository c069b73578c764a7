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
  /** Published at this time or later, ISO. */
  readonly from?: string | undefined;
  /** Published before this time, ISO. */
  readonly to?: string | undefined;
}

/** A condition of a search, by its name there. */
export type SearchCondition = "types" | "actor" | "target" | "outcome" | "severity";

/** Gives a value its place in the statement, and that place's name. */
export type Bind = (value: unknown) => string;

const conditions: readonly SearchCondition[] = ["types", "actor", "target", "outcome", "severity"];

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
