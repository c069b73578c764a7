/** `GET /api/events` and `GET /api/events/:uuid`. */
import { findEvent } from "../../../events/queries/find-event.ts";
import { listEvents } from "../../../events/queries/list-events.ts";
import { isFilteredOut } from "../../../events/work/choose-runs.ts";
import { readPayload } from "../../../events/work/load-events.ts";
import { listRuns, type Run as StoredRun } from "../../../events/work/queue/list-runs.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { handlersFor } from "../../../handler-kit/handler-list.ts";
import { eventUuid } from "../../schema/common.ts";
import { type EventDetail, type EventPage, eventsQuery, type RunDetail } from "../../schema/events.ts";
import { readEventCursor, writeEventCursor } from "../cursor.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import { serializeEvent, serializeWholeEvent } from "../serialize-event.ts";
import { unknownEvent } from "./replay.ts";
import type { Route } from "./route.ts";

export const eventsRoute: Route = {
  method: "GET",
  path: "events",
  async answer({ url, context }) {
    const query = readQuery(url, eventsQuery);
    if (query.kind === "problem") return query;
    const { cursor, limit, type, ...search } = query.value;
    const reading = readEventCursor(cursor);
    if (reading.kind === "problem") return reading;
    const { database } = context;
    const page = await listEvents(database, { ...search, types: type }, { after: reading.place, limit });
    const glances = await summarizeEventRuns(
      database,
      page.events.map(({ uuid }) => uuid),
    );
    return json({
      events: page.events.map((event) => serializeEvent(event, glances.get(event.uuid))),
      next: writeEventCursor(page.next),
    } satisfies EventPage);
  },
};

export const eventRoute: Route = {
  method: "GET",
  path: "events/:id",
  async answer({ id, context }) {
    if (!eventUuid.safeParse(id).success) return unknownEvent;
    const { database } = context;
    const event = await findEvent(database, id);
    if (event === null) return unknownEvent;
    const [runs, glances] = await Promise.all([listRuns(database, [id]), summarizeEventRuns(database, [id])]);
    const handlers = await context.handlers();
    const names = handlers.map(({ name }) => name);
    const ran = runs.map(({ handler }) => handler);
    const filteredOut = handlersFor(handlers, event.eventType).filter(
      (handler) => !ran.includes(handler.name) && isFilteredOut(handler, () => readPayload(event.payload)),
    );
    return json({
      ...serializeWholeEvent(event, event.payload, glances.get(id)),
      json: event.payload,
      schemaDeviations: [...event.schemaDeviations],
      runs: runs.map((run) => serializeRun(run, names)),
      filteredOut: filteredOut.map(({ name }) => name),
    } satisfies EventDetail);
  },
};

function serializeRun(run: StoredRun, names: readonly string[]): RunDetail {
  const { handler, state, attempts, maxAttempts, lastError, nextTryAt, paused } = run;
  const { cause, key, heldBy, supersededBy, late, lastTries } = run;
  return {
    ...{ cause, key, heldBy, supersededBy, late },
    lastTries: lastTries.map(({ at, ...each }) => ({ at: at.toISOString(), ...each })),
    handler,
    state,
    attempts,
    maxAttempts,
    lastError,
    nextTryAt: paused ? null : (nextTryAt?.toISOString() ?? null),
    paused,
    updatedAt: (run.endedAt ?? run.lastTryAt)?.toISOString() ?? null,
    registered: names.includes(handler),
  };
}
