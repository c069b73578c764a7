/** `GET /api/handlers`: the handlers of the site, whether their settings can be used, and how their runs stand. */
import { countRuns } from "../../../events/work/queue/count-runs.ts";
import { listPausedHandlers } from "../../../events/work/queue/paused-handlers.ts";
import type { HandlerStatus, HandlerStatuses } from "../../schema/handlers.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

const NO_RUNS = { waiting: 0, retrying: 0, dead: 0 };

export const handlersRoute: Route = {
  method: "GET",
  path: "handlers",
  async answer({ context }) {
    const [handlers, counts, paused, { describeHandler }] = await Promise.all([
      context.handlers(),
      countRuns(context.database),
      listPausedHandlers(context.database),
      import("../../../handler-kit/describe-handler.ts"),
    ]);
    const pausedAt = (name: string) => paused.get(name)?.toISOString() ?? null;
    const registered = handlers.map(
      (handler): HandlerStatus => ({
        ...describeHandler(handler, context.environment),
        registered: true,
        pausedAt: pausedAt(handler.name),
        runs: counts.get(handler.name) ?? NO_RUNS,
      }),
    );
    const gone = [...new Set([...counts.keys(), ...paused.keys()])].flatMap((name): HandlerStatus[] => {
      if (handlers.some((handler) => handler.name === name)) return [];
      const runs = counts.get(name) ?? NO_RUNS;
      const unknown = { on: [], when: false, line: null, circuit: true, settings: [], registered: false };
      return [{ name, ...unknown, pausedAt: pausedAt(name), runs }];
    });
    return json({ handlers: [...registered, ...gone] } satisfies HandlerStatuses);
  },
};
