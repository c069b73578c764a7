/** Turns counts by type into heights that stand on each other. */
import type { Activity } from "../../../api/schema/events.ts";

export interface TypeTotal {
  readonly type: string;
  readonly total: number;
  /** Which of the chart's colours it has: 0 to 5 by frequency, 6 for "other". */
  readonly colour: number;
}

/** The types that the chart tells apart, the most frequent first, "other" last. */
export function typesOf({ buckets }: Activity): TypeTotal[] {
  const totals = new Map<string, number>();
  for (const { types } of buckets) {
    for (const [type, many] of Object.entries(types)) totals.set(type, (totals.get(type) ?? 0) + many);
  }
  return [...totals]
    .filter(([, total]) => total > 0)
    .sort(([one, oneTotal], [other, otherTotal]) => rank(one) - rank(other) || otherTotal - oneTotal)
    .map(([type, total], index) => ({ type, total, colour: type === "other" ? 6 : index }));
}

/** What stands for many types comes last, however many events they have. */
function rank(type: string): number {
  return type === "other" ? 1 : 0;
}

export interface Stack {
  /** The middle of each step, in seconds. */
  readonly xs: number[];
  /** For each type in `typesOf`'s order, how high its top is: its own count and all before it. */
  readonly tops: number[][];
  readonly failures: number[];
}

export function stackActivity(activity: Activity): Stack {
  const heights = activity.buckets.map(() => 0);
  const tops = typesOf(activity).map(({ type }) =>
    activity.buckets.map(({ types }, index) => {
      const top = (heights[index] ?? 0) + (types[type] ?? 0);
      heights[index] = top;
      return top;
    }),
  );
  return {
    xs: activity.buckets.map(({ at }) => Date.parse(at) / 1000 + activity.stepSeconds / 2),
    tops,
    failures: activity.buckets.map(({ failures }) => failures),
  };
}
