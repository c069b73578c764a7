/** Spans of time to look at: the last so much of it, or from one moment to another. */
import type { EventQuery } from "./api.ts";
import type { EventFilter } from "./route.ts";

export interface TimeRange {
  readonly id: string;
  readonly label: string;
  readonly ms: number;
}

const HOUR_MS = 3_600_000;

export const timeRanges: readonly TimeRange[] = [
  { id: "1h", label: "Last hour", ms: HOUR_MS },
  { id: "24h", label: "Last 24 hours", ms: 24 * HOUR_MS },
  { id: "7d", label: "Last 7 days", ms: 7 * 24 * HOUR_MS },
  { id: "30d", label: "Last 30 days", ms: 30 * 24 * HOUR_MS },
];

/** The span that a filter names, as parameters of the API; none where it names none. */
export function spanOf(filter: EventFilter, now: Date): EventQuery {
  const range = timeRanges.find(({ id }) => id === filter.last);
  if (range !== undefined) return [["from", new Date(now.getTime() - range.ms).toISOString()]];
  const span: [string, string][] = [];
  if (filter.from !== "") span.push(["from", filter.from]);
  if (filter.to !== "") span.push(["to", filter.to]);
  return span;
}

/** A filter as parameters of `GET /api/events`. */
export function eventQueryOf(filter: EventFilter, now: Date): EventQuery {
  const query: [string, string][] = filter.types.map((type) => ["type", type]);
  for (const field of ["actor", "target", "outcome", "severity"] as const) {
    if (filter[field] !== "") query.push([field, filter[field]]);
  }
  return [...query, ...spanOf(filter, now)];
}
