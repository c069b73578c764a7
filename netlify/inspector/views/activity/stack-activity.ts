/** Turns counts of what handlers made of events into heights that stand on each other. */
import type { Activity } from "../../../api/schema/events.ts";

/** From the bottom up; each has a colour of its name. */
export const kinds = [
  { kind: "done", label: "done" },
  { kind: "unhandled", label: "no handler" },
  { kind: "waiting", label: "waiting" },
  { kind: "dead", label: "dead" },
] as const;

export function totalOf({ buckets }: Activity, kind: (typeof kinds)[number]["kind"] | "total"): number {
  return buckets.reduce((sum, bucket) => sum + bucket[kind], 0);
}

export interface Stack {
  /** The middle of each step, in seconds. */
  readonly xs: number[];
  /** For each of `kinds`, how high its top is: its own count and all before it. */
  readonly tops: number[][];
}

export function stackActivity({ buckets, stepSeconds }: Activity): Stack {
  const heights = buckets.map(() => 0);
  const tops = kinds.map(({ kind }) =>
    buckets.map((bucket, index) => {
      const top = (heights[index] ?? 0) + bucket[kind];
      heights[index] = top;
      return top;
    }),
  );
  return { xs: buckets.map(({ at }) => Date.parse(at) / 1000 + stepSeconds / 2), tops };
}
