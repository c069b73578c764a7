/** `GET /api/event-types` and `GET /api/activity`: counts, of as many events as can be counted in good time. */
import {
  type ActivityQuery,
  type ActivityResult,
  countActivity,
  countUndone,
  type UndoneCount,
} from "../../../events/queries/count-activity.ts";
import { countEventTypes } from "../../../events/queries/count-event-types.ts";
import type { Handler } from "../../../handler-kit/define-handler.ts";
import { handlersFor } from "../../../handler-kit/handler-list.ts";
import {
  type Activity,
  activityQuery,
  type EventTypes,
  eventTypesQuery,
  MAX_COUNT_PER_TYPE,
} from "../../schema/events.ts";
import { loadHandlers } from "../load-handlers.ts";
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
    const [counted, undone, { handlers }] = await Promise.all([
      countActivity(context.database, question),
      countUndone(context.database, question),
      loadHandlers(context),
    ]);
    return json(serializeActivity(question, counted, undone, handlers));
  },
});

/** Fills the steps without events. A step of which nothing was counted whole has none. */
function serializeActivity(
  { from, to, stepSeconds }: ActivityQuery,
  { counts, countedFrom }: ActivityResult,
  undone: readonly UndoneCount[],
  handlers: readonly Handler[] | null,
): Activity {
  const stepMs = stepSeconds * 1000;
  const steps = Math.ceil((to.getTime() - from.getTime()) / stepMs);
  const buckets = Array.from({ length: steps }, (_, step) => ({
    at: new Date(from.getTime() + step * stepMs).toISOString(),
    ...{ total: 0, done: 0, waiting: 0, dead: 0, unhandled: 0 },
  }));
  const bucketAt = (at: Date) => {
    const isCounted = countedFrom === null || at.getTime() + stepMs > countedFrom.getTime();
    return isCounted ? buckets[Math.round((at.getTime() - from.getTime()) / stepMs)] : undefined;
  };
  for (const { at, eventType, count } of counts) {
    const bucket = bucketAt(at);
    if (!bucket) continue;
    bucket.total += count;
    if (handlers !== null && handlersFor(handlers, eventType).length === 0) bucket.unhandled += count;
    else bucket.done += count;
  }
  for (const { at, dead, waiting } of undone) {
    const bucket = bucketAt(at);
    if (!bucket) continue;
    // What came between the two statements is in one of them only. A handler that is gone has runs of types that nobody listens to.
    bucket.dead = Math.min(dead, bucket.total);
    bucket.waiting = Math.min(waiting, bucket.total - bucket.dead);
    bucket.unhandled = Math.min(bucket.unhandled, bucket.total - bucket.dead - bucket.waiting);
    bucket.done = bucket.total - bucket.dead - bucket.waiting - bucket.unhandled;
  }
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    stepSeconds,
    countedFrom: countedFrom?.toISOString() ?? null,
    buckets,
  };
}
