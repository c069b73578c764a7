/** The runs that failed, by handler and fingerprint: `/api/failing`. */
import { findEvents } from "../../../events/queries/find-events.ts";
import {
  discardDeadLetters,
  type FailingFilter,
  type FailingPlace,
  groupFailingRuns,
  hurryRetries,
  listFailingRuns,
} from "../../../events/work/queue/failing-runs.ts";
import { listHandlerStates } from "../../../events/work/queue/handler-states.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import type { Work } from "../../../events/work/work.ts";
import {
  type DiscardResult,
  discardFailingBody,
  type Failing,
  type FailingRuns,
  failingQuery,
  failingRunsQuery,
  type ReplayFailingResult,
  replayFailingBody,
} from "../../schema/failing.ts";
import { readFailingCursor, writeFailingCursor } from "../cursor.ts";
import { readJson, readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import { serializeEvent } from "../serialize-event.ts";
import { notHere } from "./replay.ts";
import type { Route } from "./route.ts";

/** A person waits, and an invocation has 60 s (Netlify). */
const CALL_MS = 8_000;

export const failingRoute: Route = {
  method: "GET",
  path: "failing",
  async answer({ url, context }) {
    const query = readQuery(url, failingQuery);
    if (query.kind === "problem") return query;
    const { database } = context;
    const [groups, states] = await Promise.all([groupFailingRuns(database), listHandlerStates(database)]);
    const uuids = groups.flatMap(({ examples }) => examples.map(({ uuid }) => uuid));
    const [events, handlers] = await Promise.all([
      findEvents(database, uuids),
      groups.length === 0 ? [] : context.handlers(),
    ]);
    return json({
      handlers: [...states].map(([handler, state]) => ({
        handler,
        failingSince: state.failingSince?.toISOString() ?? null,
        pausedAt: state.pausedAt?.toISOString() ?? null,
        circuitOpenedAt: state.circuitOpenedAt?.toISOString() ?? null,
        nextProbeAt: state.nextProbeAt?.toISOString() ?? null,
        waiting: state.waiting,
      })),
      groups: groups.map(({ since, lastAt, nextTryAt, eventTypes, examples, ...group }) => ({
        ...group,
        error: examples[0]?.error ?? null,
        since: since.toISOString(),
        lastAt: lastAt.toISOString(),
        nextTryAt: nextTryAt?.toISOString() ?? null,
        eventTypes: [...eventTypes],
        examples: examples.map(({ uuid }) => {
          const event = events.get(uuid);
          return { uuid, person: event?.target ?? event?.actor ?? null };
        }),
        pausedAt: states.get(group.handler)?.pausedAt?.toISOString() ?? null,
        registered: handlers.some(({ name }) => name === group.handler),
      })),
    } satisfies Failing);
  },
};

export const failingRunsRoute: Route = {
  method: "GET",
  path: "failing/runs",
  async answer({ url, context }) {
    const query = readQuery(url, failingRunsQuery);
    if (query.kind === "problem") return query;
    const { cursor, limit, state, ...filter } = query.value;
    const after = readFailingCursor(cursor);
    if (after.kind === "problem") return after;
    const { database } = context;
    const page = await listFailingRuns(database, filter, { state, after: after.place, limit });
    const uuids = page.runs.map(({ uuid }) => uuid);
    const [events, summaries, handlers] = await Promise.all([
      findEvents(database, uuids),
      summarizeEventRuns(database, uuids),
      uuids.length === 0 ? [] : context.handlers(),
    ]);
    return json({
      runs: page.runs.map(({ failedAt, nextTryAt, published: _p, hasPayload: _h, ...run }) => {
        const event = events.get(run.uuid);
        return {
          ...run,
          nextTryAt: nextTryAt?.toISOString() ?? null,
          updatedAt: failedAt.toISOString(),
          registered: handlers.some(({ name }) => name === run.handler),
          event: event === undefined ? null : serializeEvent(event, summaries.get(run.uuid)),
        };
      }),
      next: writeFailingCursor(page.next),
    } satisfies FailingRuns);
  },
};

export const replayFailingRoute: Route = {
  method: "POST",
  path: "failing/replay",
  async answer({ request, context }) {
    const body = await readJson(request, replayFailingBody);
    if (body.kind === "problem") return body;
    const { state, cursor, ...filter } = body.value;
    const after = readFailingCursor(cursor);
    if (after.kind === "problem") return after;
    if (context.openWork === null) return notHere;
    const work = await context.openWork();
    const deadline = work.clock.now() + CALL_MS;
    const { queued, left, next, isDue } =
      state === "dead"
        ? await replayDead(work, filter, { after: after.place, deadline })
        : await hurry(work, filter, { after: after.place, deadline });
    if (isDue) context.runLater(work);
    return json({ queued, left, next: writeFailingCursor(next) } satisfies ReplayFailingResult, 202);
  },
};

interface Part {
  readonly after: FailingPlace | undefined;
  /** In milliseconds since 1970. */
  readonly deadline: number;
}

async function replayDead(work: Work, filter: FailingFilter, part: Part) {
  const { replayDeadLetters } = await import("../../../events/work/replay.ts");
  const { queued, left, next } = await replayDeadLetters(work, filter, part);
  return { queued, left: [...left], next, isDue: queued > 0 };
}

async function hurry(work: Work, filter: FailingFilter, { after, deadline }: Part) {
  let queued = 0;
  let isDue = false;
  let place = after;
  for (;;) {
    const { hurried, probed, next } = await hurryRetries(work.database, filter, place);
    queued += hurried;
    isDue ||= hurried + probed > 0;
    if (next === null || work.clock.now() >= deadline) return { queued, left: [], next, isDue };
    place = next;
  }
}

export const discardFailingRoute: Route = {
  method: "DELETE",
  path: "failing",
  async answer({ request, context }) {
    const body = await readJson(request, discardFailingBody);
    if (body.kind === "problem") return body;
    if (context.openWork === null) return notHere;
    const { all: _, ...filter } = body.value;
    const work = await context.openWork();
    const discarded = await discardDeadLetters(context.database, filter);
    if (discarded > 0) context.runLater(work);
    return json({ discarded } satisfies DiscardResult);
  },
};
