/** `GET /api/handlers`: the handlers of the site, whether their settings can be used, and how their runs stand. */
import { systemClock } from "../../../base/clock.ts";
import { countRuns } from "../../../events/work/queue/count-runs.ts";
import { listPausedHandlers } from "../../../events/work/queue/paused-handlers.ts";
import type { Handler } from "../../../handler-kit/define-handler.ts";
import { neededScopes } from "../../../handler-kit/handler-list.ts";
import { readSiteOktaSettings } from "../../../settings/okta-settings.ts";
import { readSyncStatuses } from "../../../sync/sync-status.ts";
import type { HandlerStatus, HandlerStatuses } from "../../schema/handlers.ts";
import type { ApiContext } from "../api-context.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

const NO_RUNS = { waiting: 0, retrying: 0, dead: 0 };

export const handlersRoute: Route = {
  method: "GET",
  path: "handlers",
  async answer({ request, context }) {
    const [handlers, counts, paused, { describeHandler }] = await Promise.all([
      context.handlers(),
      countRuns(context.database),
      listPausedHandlers(context.database),
      import("../../../handler-kit/describe-handler.ts"),
    ]);
    const syncs = await readSyncStatuses(context.database, context.openCache(), {
      handlers,
      org: hostOf(context.environment("OKTA_ORG_URL")),
    });
    const isAsked = new URL(request.url).searchParams.get("scopes") === "check";
    const scopeProblems = isAsked ? await checkScopes(handlers, context) : new Map();
    const pausedAt = (name: string) => paused.get(name)?.toISOString() ?? null;
    const registered = handlers.map(
      (handler): HandlerStatus => ({
        ...describeHandler(handler, context.environment, scopeProblems),
        registered: true,
        sync: syncs.get(handler.name) ?? null,
        pausedAt: pausedAt(handler.name),
        runs: counts.get(handler.name) ?? NO_RUNS,
      }),
    );
    const gone = [...new Set([...counts.keys(), ...paused.keys(), ...syncs.keys()])].flatMap(
      (name): HandlerStatus[] => {
        if (handlers.some((handler) => handler.name === name)) return [];
        const runs = counts.get(name) ?? NO_RUNS;
        const unknown = {
          on: [],
          when: false,
          line: null,
          circuit: true,
          settings: [],
          okta: [],
          registered: false,
        };
        return [{ name, ...unknown, sync: syncs.get(name) ?? null, pausedAt: pausedAt(name), runs }];
      },
    );
    return json({ handlers: [...registered, ...gone] } satisfies HandlerStatuses);
  },
};

const hostOf = (address = "") => URL.parse(address.trim())?.host ?? null;

/** Asks the org, which nobody who only watches the page should. */
async function checkScopes(handlers: readonly Handler[], { environment }: ApiContext) {
  const { findScopeProblems } = await import("../../../okta/directory/check-scopes.ts");
  return await findScopeProblems(neededScopes(handlers), {
    readSettings: () => readSiteOktaSettings(environment),
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
  });
}
