/** The runs that failed for the last time: `GET /api/dead`, `POST /api/dead/replay`, `DELETE /api/dead`. */
import { listFailingRuns } from "../../../events/work/queue/list-failing-runs.ts";
import {
  type DeadDiscardResult,
  type DeadPage,
  type DeadReplayResult,
  deadQuery,
  discardDeadBody,
  replayDeadBody,
} from "../../schema/failing.ts";
import { readFailingCursor, writeFailingCursor } from "../cursor.ts";
import { readJson, readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import { notHere } from "./replay.ts";
import type { Route } from "./route.ts";

export const deadRoute: Route = {
  method: "GET",
  path: "dead",
  async answer({ url, context }) {
    const query = readQuery(url, deadQuery);
    if (query.kind === "problem") return query;
    const cursor = readFailingCursor(query.value.cursor);
    if (cursor.kind === "problem") return cursor;
    const { database } = context;
    const page = await listFailingRuns(database, {
      state: "dead",
      after: cursor.place,
      limit: query.value.limit,
    });
    const handlers = page.runs.length === 0 ? [] : await context.handlers();
    return json({
      dead: page.runs.map(({ failedAt, published, ...letter }) => ({
        ...letter,
        state: "dead" as const,
        nextTryAt: null,
        updatedAt: failedAt.toISOString(),
        published: published.toISOString(),
        registered: handlers.some(({ name }) => name === letter.handler),
      })),
      next: writeFailingCursor(page.next),
    } satisfies DeadPage);
  },
};

export const replayDeadRoute: Route = {
  method: "POST",
  path: "dead/replay",
  async answer({ request, context }) {
    const body = await readJson(request, replayDeadBody);
    if (body.kind === "problem") return body;
    if (context.openWork === null) return notHere;
    const work = await context.openWork();
    const { replayDeadLetters } = await import("../../../events/work/replay.ts");
    const { queued, left } = await replayDeadLetters(work, body.value);
    if (queued > 0) context.runLater(work);
    return json({ queued, left: [...left] } satisfies DeadReplayResult, 202);
  },
};

export const discardDeadRoute: Route = {
  method: "DELETE",
  path: "dead",
  async answer({ request, context }) {
    const body = await readJson(request, discardDeadBody);
    if (body.kind === "problem") return body;
    if (context.openWork === null) return notHere;
    const { all: _, ...filter } = body.value;
    const work = await context.openWork();
    const { discardDeadLetters } = await import("../../../events/work/queue/dead-letters.ts");
    const discarded = await discardDeadLetters(context.database, filter);
    if (discarded > 0) context.runLater(work);
    return json({ discarded } satisfies DeadDiscardResult);
  },
};
