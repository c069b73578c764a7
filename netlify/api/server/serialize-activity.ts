/** Counts of the store in the contract's words: every step of the span, the six most frequent types by name. */
import type { ActivityQuery, ActivityResult } from "../../events/queries/count-activity.ts";
import type { Activity } from "../schema/events.ts";

const NAMED_TYPES = 6;
const OTHERS = "other";

/** Fills the steps without events, and adds up the types that are not named. A step of which nothing was counted whole has none. */
export function serializeActivity(
  { from, to, stepSeconds }: ActivityQuery,
  { counts: counted, countedFrom }: ActivityResult,
): Activity {
  const counts = counted.filter(
    ({ at, count }) =>
      count > 0 && (countedFrom === null || at.getTime() + stepSeconds * 1000 > countedFrom.getTime()),
  );
  const totals = new Map<string, number>();
  for (const { eventType, count } of counts) totals.set(eventType, (totals.get(eventType) ?? 0) + count);
  const byCount = [...totals].sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1));
  const named = new Set(byCount.slice(0, NAMED_TYPES).map(([eventType]) => eventType));

  const steps = Math.ceil((to.getTime() - from.getTime()) / (stepSeconds * 1000));
  const buckets = Array.from({ length: steps }, (_, step) => ({
    at: new Date(from.getTime() + step * stepSeconds * 1000).toISOString(),
    total: 0,
    failures: 0,
    types: {} as Record<string, number>,
  }));
  const bucketAt = (at: Date) => buckets[Math.round((at.getTime() - from.getTime()) / (stepSeconds * 1000))];
  for (const { at, eventType, count, failures } of counts) {
    const bucket = bucketAt(at);
    if (!bucket) continue;
    const name = named.has(eventType) ? eventType : OTHERS;
    bucket.total += count;
    bucket.failures += failures;
    // An event type is outside text, and "__proto__" would be one: an own property whatever its name.
    Object.defineProperty(bucket.types, name, {
      value: (Object.hasOwn(bucket.types, name) ? (bucket.types[name] ?? 0) : 0) + count,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    stepSeconds,
    countedFrom: countedFrom?.toISOString() ?? null,
    buckets,
  };
}
