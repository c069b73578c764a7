/** Spans of time to look at: the last so much of it, or from one moment to another. */
import type { EventQuery } from "../data/api.ts";
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
export function spanOf({ last, from, to }: EventFilter, now: Date): { from?: string; to?: string } {
  const range = timeRanges.find(({ id }) => id === last);
  if (range !== undefined) return { from: new Date(now.getTime() - range.ms).toISOString() };
  return { ...(from !== "" && { from }), ...(to !== "" && { to }) };
}

/** A span in steps that a person counts in. */
export interface RoundSpan {
  readonly from: Date;
  readonly to: Date;
  readonly steps: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_STEPS = 180;

/** Widens a span to whole steps: of 5 minutes up to six hours, of an hour up to three days, of a day beyond, by the local clock. */
export function roundSpan(from: Date, to: Date): RoundSpan {
  const lengthMs = to.getTime() - from.getTime();
  const days = Math.max(1, Math.ceil(lengthMs / DAY_MS / MAX_STEPS));
  const stepMs = lengthMs <= 6 * HOUR_MS ? 5 * MINUTE_MS : lengthMs <= 3 * DAY_MS ? HOUR_MS : days * DAY_MS;
  const midnight = new Date(from.getFullYear(), from.getMonth(), from.getDate()).getTime();
  const start = midnight + Math.floor((from.getTime() - midnight) / stepMs) * stepMs;
  const steps = Math.max(1, Math.ceil((to.getTime() - start) / stepMs));
  return { from: new Date(start), to: new Date(start + steps * stepMs), steps };
}

/** A filter as parameters of `GET /api/events`. */
export function eventQueryOf(filter: EventFilter, now: Date): EventQuery {
  return { ...conditionsOf(filter), ...spanOf(filter, now) };
}

/** A filter as parameters, but for its span. */
export function conditionsOf({ types, last: _, from: __, to: ___, ...filter }: EventFilter): EventQuery {
  return { type: types, ...Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== "")) };
}
