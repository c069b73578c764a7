/** `GET /api/event-types` and `GET /api/activity`: counts, of as many events as can be counted in good time. */
import {
  type ActivityQuery,
  type ActivityResult,
  countActivity,
} from "../../../events/queries/count-activity.ts";
import { countEventTypes } from "../../../events/queries/count-event-types.ts";
import {
  type Activity,
  activityQuery,
  type EventTypes,
  eventTypesQuery,
  MAX_COUNT_PER_TYPE,
} from "../../schema/events.ts";
import { json, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const eventTypesRoute = defineRoute({
  method: "GET",
  path: "event-types",
  query: eventTypesQuery,
  async answer({ query, context: { database } }) {
    return json({ types: await countEventTypes(database, query, MAX_COUNT_PER_TYPE) } satisfies EventTypes);
  },
});

export const activityRoute = defineRoute({
  method: "GET",
  path: "activity",
  query: activityQuery,
  async answer({ query: { type: types, buckets, ...search }, context }) {
    const to = search.to === undefined ? context.now : new Date(search.to);
    const from = search.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(search.from);
    const seconds = (to.getTime() - from.getTime()) / 1000;
    if (seconds <= 0) {
      return problem(400, "The call cannot be understood: from: must be before to.", {
        errors: ["from: must be before to"],
      });
    }
    const question = {
      search: { ...search, types },
      from,
      to,
      stepSeconds: Math.max(1, Math.ceil(seconds / buckets)),
    };
    return json(serializeActivity(question, await countActivity(context.database, question)));
  },
});

const NAMED_TYPES = 6;
const OTHERS = "other";

/** Fills the steps without events, and adds up the types that are not named. A step of which nothing was counted whole has none. */
function serializeActivity(
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
