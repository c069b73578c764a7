/** `GET /api/failing`: the runs that need somebody, each with its event. */
import { findEvents } from "../../../events/queries/find-events.ts";
import { listFailingRuns } from "../../../events/work/queue/list-failing-runs.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { type FailingPage, failingQuery } from "../../schema/failing.ts";
import { readFailingCursor, writeFailingCursor } from "../cursor.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import { serializeEvent } from "../serialize-event.ts";
import type { Route } from "./route.ts";

export const failingRoute: Route = {
  method: "GET",
  path: "failing",
  async answer({ url, context }) {
    const query = readQuery(url, failingQuery);
    if (query.kind === "problem") return query;
    const cursor = readFailingCursor(query.value.cursor);
    if (cursor.kind === "problem") return cursor;
    const { database } = context;
    const { cursor: _, ...asked } = query.value;
    const page = await listFailingRuns(database, { ...asked, after: cursor.place });
    const uuids = page.runs.map(({ uuid }) => uuid);
    const [events, glances] = await Promise.all([
      findEvents(database, uuids),
      summarizeEventRuns(database, uuids),
    ]);
    const handlers = uuids.length === 0 ? [] : await context.handlers();
    return json({
      failing: page.runs.map(({ failedAt, nextTryAt, published: _published, ...run }) => {
        const event = events.get(run.uuid);
        return {
          ...run,
          nextTryAt: run.paused ? null : (nextTryAt?.toISOString() ?? null),
          updatedAt: failedAt.toISOString(),
          registered: handlers.some(({ name }) => name === run.handler),
          event: event === undefined ? null : serializeEvent(event, glances.get(run.uuid)),
        };
      }),
      next: writeFailingCursor(page.next),
    } satisfies FailingPage);
  },
};
