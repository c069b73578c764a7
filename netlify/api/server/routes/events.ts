/** `GET /api/events`, `GET /api/events/:uuid`, `POST /api/events/:uuid/replay` and `POST /api/events/replay`. */
import { findEvent } from "../../../events/queries/events.ts";
import { listEvents } from "../../../events/queries/list-events.ts";
import { isFilteredOut } from "../../../events/work/choose-runs.ts";
import { readPayload } from "../../../events/work/load-events.ts";
import { listRuns, type Run as StoredRun } from "../../../events/work/queue/list-runs.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { handlersFor } from "../../../handler-kit/handler-list.ts";
import { eventUuid } from "../../schema/common.ts";
import { type EventDetail, type EventPage, eventsQuery, type RunDetail } from "../../schema/events.ts";
import {
  type ReplayEventsResult,
  type ReplayResult,
  replayBody,
  replayEventsBody,
} from "../../schema/failing.ts";
import { eventCursor, writeEventCursor } from "../cursor.ts";
import { loadHandlers } from "../load-handlers.ts";
import { json, problem } from "../reply.ts";
import { serializeEvent, serializeWholeEvent } from "../serialize-event.ts";
import { defineRoute } from "./route.ts";

export const eventsRoute = defineRoute({
  method: "GET",
  path: "events",
  query: eventsQuery.extend({ cursor: eventCursor }),
  async answer({ query: { cursor, limit, type, ...search }, context }) {
    const { database } = context;
    const page = await listEvents(database, { ...search, types: type }, { after: cursor, limit });
    const uuids = page.events.map(({ uuid }) => uuid);
    const [summaries, { handlers }] = await Promise.all([
      summarizeEventRuns(database, uuids),
      loadHandlers(context),
    ]);
    return json({
      events: page.events.map((event) =>
        serializeEvent(event, { summary: summaries.get(event.uuid), handlers }),
      ),
      next: writeEventCursor(page.next),
    } satisfies EventPage);
  },
});

export const eventRoute = defineRoute({
  method: "GET",
  path: "events/:id",
  async answer({ id, context }) {
    const { database } = context;
    const event = eventUuid.safeParse(id).success ? await findEvent(database, id) : null;
    if (event === null) return unknownEvent;
    const [runs, summaries, { handlers }] = await Promise.all([
      listRuns(database, [id]),
      summarizeEventRuns(database, [id]),
      loadHandlers(context),
    ]);
    const names = handlers?.map(({ name }) => name) ?? [];
    const ran = runs.map(({ handler }) => handler);
    const filteredOut = handlersFor(handlers ?? [], event.eventType).filter(
      (handler) => !ran.includes(handler.name) && isFilteredOut(handler, () => readPayload(event.payload)),
    );
    return json({
      ...serializeWholeEvent(event, event.payload, { summary: summaries.get(id), handlers }),
      json: event.payload,
      schemaDeviations: [...event.schemaDeviations],
      runs: runs.map((run) => serializeRun(run, names)),
      filteredOut: filteredOut.map(({ name }) => name),
    } satisfies EventDetail);
  },
});

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

/** Queued at once, run after the answer. */
export const replayRoute = defineRoute({
  method: "POST",
  path: "events/:id/replay",
  body: replayBody,
  work: true,
  async answer({ body: { handler }, id, context, openWork }) {
    if (!eventUuid.safeParse(id).success) return unknownEvent;
    const work = await openWork();
    const { replay } = await import("../../../events/work/replay.ts");
    const replayed = await replay(work, id, handler);
    switch (replayed.outcome) {
      case "unknown-event":
        return unknownEvent;
      case "payload-gone":
        return problem(409, "The event is past its retention: there is nothing left to hand to a handler.");
      case "no-handler":
        return problem(
          409,
          handler === undefined
            ? "No handler listens to events of this type. Handlers are listed in netlify/handlers/index.ts."
            : "No handler of that name listens to events of this type. Handlers are listed in netlify/handlers/index.ts.",
        );
      case "filtered-out":
        return problem(409, "No run was queued: the `when` of each of its handlers filters this event out.");
      case "queued":
        if (replayed.handlers.length === 0 && replayed.withoutKey.length > 0) {
          return problem(
            409,
            `No run was queued: \`order\` or \`latest\` of ${replayed.withoutKey.join(" and ")} fails for this event. Its run says why.`,
          );
        }
        if (replayed.handlers.length === 0) {
          return problem(409, "It is being handled at this moment. Look at its runs again in a minute.");
        }
        context.runLater(work);
        return json({ queued: replayed.handlers.length } satisfies ReplayResult, 202);
    }
  },
});

/** Queued at once, run after the answer. */
export const replayEventsRoute = defineRoute({
  method: "POST",
  path: "events/replay",
  body: replayEventsBody,
  work: true,
  async answer({ body: { uuids, isCount, ...selection }, context, openWork }) {
    const work = await openWork();
    const { replayEvents } = await import("../../../events/work/replay-events.ts");
    const replayed = await replayEvents(work, uuids, selection, isCount);
    if (!isCount && replayed.runs > 0) context.runLater(work);
    return json(replayed satisfies ReplayEventsResult, isCount ? 200 : 202);
  },
});

const unknownEvent = problem(
  404,
  "No event has this uuid. Take one from the list of events; one that was never received cannot be shown.",
);
