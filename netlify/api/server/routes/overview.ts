/** `GET /api/event-types` and `GET /api/activity`: counts, of as many events as can be counted in good time. */
import { countActivity } from "../../../events/queries/count-activity.ts";
import { countEventTypes } from "../../../events/queries/count-event-types.ts";
import { activityQuery, type EventTypes, eventTypesQuery, MAX_COUNT_PER_TYPE } from "../../schema/events.ts";
import { readQuery } from "../read-input.ts";
import { json, problem } from "../reply.ts";
import { serializeActivity } from "../serialize-activity.ts";
import type { Route } from "./route.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const eventTypesRoute: Route = {
  method: "GET",
  path: "event-types",
  async answer({ url, context }) {
    const query = readQuery(url, eventTypesQuery);
    if (query.kind === "problem") return query;
    const { database } = context;
    return json({
      types: await countEventTypes(database, query.value, MAX_COUNT_PER_TYPE),
    } satisfies EventTypes);
  },
};

export const activityRoute: Route = {
  method: "GET",
  path: "activity",
  async answer({ url, context }) {
    const query = readQuery(url, activityQuery);
    if (query.kind === "problem") return query;
    const to = query.value.to === undefined ? context.now : new Date(query.value.to);
    const from =
      query.value.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(query.value.from);
    const seconds = (to.getTime() - from.getTime()) / 1000;
    if (seconds <= 0) {
      return problem(400, "The call cannot be understood: from: must be before to.", {
        errors: ["from: must be before to"],
      });
    }
    const { type: types, buckets, from: _, to: __, ...search } = query.value;
    const question = {
      search: { ...search, types },
      from,
      to,
      stepSeconds: Math.max(1, Math.ceil(seconds / buckets)),
    };
    return json(serializeActivity(question, await countActivity(context.database, question)));
  },
};
