/**
 * `GET /api/handlers`: the handlers of the site, whether their settings can be used, and how their runs stand. `POST
 * /api/handlers/:id/pause` and `…/resume`: a handler stops and goes on without a deploy.
 */
import { countRuns } from "../../../events/work/queue/count-runs.ts";
import {
  type HandlerState,
  listHandlerStates,
  pauseHandler,
  resumeHandler,
} from "../../../events/work/queue/handler-states.ts";
import type { HandlerStatus, HandlerStatuses, PauseResult, ResumeResult } from "../../schema/handlers.ts";
import { json, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

const NO_RUNS = { waiting: 0, retrying: 0, dead: 0 };

export const handlersRoute = defineRoute({
  method: "GET",
  path: "handlers",
  async answer({ context }) {
    const [handlers, counts, states, { describeHandler }] = await Promise.all([
      context.handlers(),
      countRuns(context.database),
      listHandlerStates(context.database),
      import("../../../handler-kit/describe-handler.ts"),
    ]);
    const stateOf = (name: string) => {
      const state = states.get(name);
      return {
        pausedAt: state?.pausedAt?.toISOString() ?? null,
        failing: state === undefined ? null : describeFailures(state),
        runs: counts.get(name) ?? NO_RUNS,
      };
    };
    const registered = handlers.map(
      (handler): HandlerStatus => ({
        ...describeHandler(handler, context.environment),
        registered: true,
        ...stateOf(handler.name),
      }),
    );
    const paused = [...states].flatMap(([name, { pausedAt }]) => (pausedAt === null ? [] : [name]));
    const gone = [...new Set([...counts.keys(), ...paused])].flatMap((name): HandlerStatus[] => {
      if (handlers.some((handler) => handler.name === name)) return [];
      const unknown = { on: [], when: false, line: null, circuit: true, settings: [], registered: false };
      return [{ name, ...unknown, ...stateOf(name) }];
    });
    return json({ handlers: [...registered, ...gone] } satisfies HandlerStatuses);
  },
});

function describeFailures(state: HandlerState): string | null {
  const { failingSince, failures, circuitOpenedAt, nextProbeAt, isCatchingUp } = state;
  if (isCatchingUp) return "its circuit was closed: what waited is run, ten at a time";
  if (failingSince === null) return null;
  const since = `since ${failingSince.toISOString()}, ${failures === 1 ? "1 failure" : `${failures} failures`} in a row`;
  if (circuitOpenedAt === null) return `failing ${since}`;
  return `its circuit is open: failing ${since}; its runs wait, and one probes at ${nextProbeAt?.toISOString() ?? "once"}`;
}

export const pauseRoute = defineRoute({
  method: "POST",
  path: "handlers/:id/pause",
  work: true,
  async answer({ id, context }) {
    const handlers = await context.handlers();
    if (!handlers.some(({ name }) => name === id)) {
      return problem(404, "No handler has this name. `npm run hook -- handlers` lists them.");
    }
    const pausedAt = await pauseHandler(context.database, id, context.now);
    return json({ pausedAt: pausedAt.toISOString() } satisfies PauseResult);
  },
});

/** One that is gone can be resumed as well: its runs then become dead letters instead of waiting for ever. */
export const resumeRoute = defineRoute({
  method: "POST",
  path: "handlers/:id/resume",
  work: true,
  async answer({ id, context, openWork }) {
    // First: the sweep has to know that there may be work, should this process die.
    const work = await openWork();
    const released = await resumeHandler(context.database, id);
    if (released === null) return problem(409, "No handler of this name is paused.");
    if (released > 0) context.runLater(work);
    return json({ released } satisfies ResumeResult, 202);
  },
});
