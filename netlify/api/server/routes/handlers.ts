/** `GET /api/handlers`: the handlers of the site, whether their settings can be used, and how their runs stand. */
import { countRuns } from "../../../events/work/queue/count-runs.ts";
import { type HandlerState, listHandlerStates } from "../../../events/work/queue/handler-states.ts";
import type { HandlerStatus, HandlerStatuses } from "../../schema/handlers.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

const NO_RUNS = { waiting: 0, retrying: 0, dead: 0 };

export const handlersRoute: Route = {
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
};

function describeFailures(state: HandlerState): string | null {
  const { failingSince, failures, circuitOpenedAt, nextProbeAt, isCatchingUp } = state;
  if (isCatchingUp) return "its circuit was closed: what waited is run, ten at a time";
  if (failingSince === null) return null;
  const since = `since ${failingSince.toISOString()}, ${failures === 1 ? "1 failure" : `${failures} failures`} in a row`;
  if (circuitOpenedAt === null) return `failing ${since}`;
  return `its circuit is open: failing ${since}; its runs wait, and one probes at ${nextProbeAt?.toISOString() ?? "once"}`;
}
