/** `GET /api/dead`: the runs that failed for the last time. */
import { listDeadLetters } from "../../../events/work/queue/list-dead-letters.ts";
import { type DeadPage, deadQuery } from "../../contract.ts";
import { readDeadCursor, writeDeadCursor } from "../cursor.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

export const deadRoute: Route = {
  method: "GET",
  path: "dead",
  async answer({ url, context }) {
    const query = readQuery(url, deadQuery);
    if (query.kind === "problem") return query;
    const cursor = readDeadCursor(query.value.cursor);
    if (cursor.kind === "problem") return cursor;
    const { database } = context;
    const page = await listDeadLetters(database, { after: cursor.place, limit: query.value.limit });
    const names = page.dead.length === 0 ? [] : await context.handlerNames();
    return json({
      dead: page.dead.map(({ diedAt, published, ...letter }) => ({
        ...letter,
        state: "dead" as const,
        maxAttempts: letter.attempts,
        nextTryAt: null,
        updatedAt: diedAt.toISOString(),
        published: published?.toISOString() ?? null,
        listed: names.includes(letter.handler),
      })),
      next: writeDeadCursor(page.next),
    } satisfies DeadPage);
  },
};
