/** `GET /api/dead/groups`: the dead letters by handler and error. */
import { groupDeadLetters } from "../../../events/work/queue/group-dead-letters.ts";
import { deadGroupsQuery } from "../../schema/failing.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

export const deadGroupsRoute: Route = {
  method: "GET",
  path: "dead/groups",
  async answer({ url, context }) {
    const query = readQuery(url, deadGroupsQuery);
    if (query.kind === "problem") return query;
    const { database } = context;
    const groups = await groupDeadLetters(database);
    const handlers = groups.length === 0 ? [] : await context.handlers();
    return json({
      groups: groups.map(({ lastDiedAt, eventTypes: _, ...group }) => ({
        ...group,
        lastDiedAt: lastDiedAt.toISOString(),
        registered: handlers.some(({ name }) => name === group.handler),
      })),
    });
  },
};
