/** The runs that failed, by handler and fingerprint: `/api/failing`. */
import { findEvents } from "../../../events/queries/events.ts";
import {
  discardDeadLetters,
  type FailingFilter,
  type FailingPlace,
  groupFailingRuns,
  hurryRetries,
  listFailingRuns,
} from "../../../events/work/queue/failing-runs.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import type { Work } from "../../../events/work/work.ts";
import {
  type DiscardResult,
  discardFailingBody,
  type Failing,
  type FailingRuns,
  failingRunsQuery,
  type ReplayFailingResult,
  replayFailingBody,
} from "../../schema/failing.ts";
import { failingCursor, writeFailingCursor } from "../cursor.ts";
import { checkInput } from "../read-input.ts";
import { json } from "../reply.ts";
import { serializeEvent } from "../serialize-event.ts";
import { defineRoute } from "./route.ts";

/** A person waits, and an invocation has 60 s (Netlify). */
const CALL_MS = 8_000;

export const failingRoute = defineRoute({
  method: "GET",
  path: "failing",
  async answer({ context }) {
    const { database } = context;
    const groups = await groupFailingRuns(database);
    const uuids = groups.flatMap(({ examples }) => examples.map(({ uuid }) => uuid));
    const [events, handlers] = await Promise.all([
      findEvents(database, uuids),
      groups.length === 0 ? [] : context.handlers(),
    ]);
    return json({
      groups: groups.map(({ since, lastAt, nextTryAt, pausedAt, eventTypes, examples, ...group }) => ({
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
        pausedAt: pausedAt?.toISOString() ?? null,
        registered: handlers.some(({ name }) => name === group.handler),
      })),
    } satisfies Failing);
  },
});

export const failingRunsRoute = defineRoute({
  method: "GET",
  path: "failing/runs",
  query: failingRunsQuery.extend({ cursor: failingCursor }),
  async answer({ query: { cursor, limit, state, ...filter }, context }) {
    const { database } = context;
    const page = await listFailingRuns(database, filter, { state, after: cursor, limit });
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
          event:
            event === undefined
              ? null
              : serializeEvent(event, { summary: summaries.get(run.uuid), handlers }),
        };
      }),
      next: writeFailingCursor(page.next),
    } satisfies FailingRuns);
  },
});

export const replayFailingRoute = defineRoute({
  method: "POST",
  path: "failing/replay",
  body: replayFailingBody,
  work: true,
  async answer({ body: { state, cursor, ...filter }, context, openWork }) {
    const after = checkInput(cursor, failingCursor);
    if (after.kind === "problem") return after;
    const work = await openWork();
    const part = { after: after.value, deadline: work.clock.now() + CALL_MS };
    const { queued, left, next, isDue } =
      state === "dead" ? await replayDead(work, filter, part) : await hurry(work, filter, part);
    if (isDue) context.runLater(work);
    return json({ queued, left, next: writeFailingCursor(next) } satisfies ReplayFailingResult, 202);
  },
});

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

export const discardFailingRoute = defineRoute({
  method: "DELETE",
  path: "failing",
  body: discardFailingBody,
  work: true,
  async answer({ body: { all: _, ...filter }, context, openWork }) {
    const work = await openWork();
    const discarded = await discardDeadLetters(context.database, filter);
    if (discarded > 0) context.runLater(work);
    return json({ discarded } satisfies DiscardResult);
  },
});
