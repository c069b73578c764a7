/** `GET /api/handlers`: the handlers of the site, whether their settings can be used, and how their runs stand. */
import { countRuns } from "../../../events/work/queue/count-runs.ts";
import type { HandlerStanding, HandlerStandings } from "../../contract.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

const NO_RUNS = { waiting: 0, retrying: 0, dead: 0 };

export const handlersRoute: Route = {
  method: "GET",
  path: "handlers",
  async answer({ context }) {
    const [handlers, counts, { describeHandler }] = await Promise.all([
      context.handlers(),
      countRuns(context.database),
      import("../../../handler-kit/describe-handler.ts"),
    ]);
    const listed = handlers.map(
      (handler): HandlerStanding => ({
        ...describeHandler(handler, context.environment),
        listed: true,
        runs: counts.get(handler.name) ?? NO_RUNS,
      }),
    );
    const gone = [...counts].flatMap(([name, runs]): HandlerStanding[] =>
      handlers.some((handler) => handler.name === name)
        ? []
        : [{ name, on: [], when: false, settings: [], listed: false, runs }],
    );
    return json({ handlers: [...listed, ...gone] } satisfies HandlerStandings);
  },
};
