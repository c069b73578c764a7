/**
 * `GET /api/handlers`: the handlers of the site, whether their settings can be used, and how their runs stand. `POST
 * /api/handlers/:id/pause` and `…/resume`: a handler stops and goes on without a deploy.
 */
import { systemClock } from "../../../base/clock.ts";
import { type HandlerHealth, readHandlerHealth } from "../../../events/work/queue/handler-health.ts";
import { pauseHandler, resumeHandler } from "../../../events/work/queue/pause-handler.ts";
import type { Handler } from "../../../handler-kit/define-handler.ts";
import { neededScopes } from "../../../handler-kit/handler-list.ts";
import { readSiteOktaSettings } from "../../../settings/okta-settings.ts";
import { readSyncStatuses } from "../../../sync/sync-status.ts";
import {
  type HandlerStatus,
  type HandlerStatuses,
  handlersQuery,
  type PauseResult,
  type ResumeResult,
} from "../../schema/handlers.ts";
import type { ApiContext } from "../api-context.ts";
import { json, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

export const handlersRoute = defineRoute({
  method: "GET",
  path: "handlers",
  query: handlersQuery,
  async answer({ query, context }) {
    const [handlers, { describeHandler }] = await Promise.all([
      context.handlers(),
      import("../../../handler-kit/describe-handler.ts"),
    ]);
    const names = handlers.map(({ name }) => name);
    const syncs = await readSyncStatuses(context.database, context.openCache(), {
      handlers,
      org: hostOf(context.environment("OKTA_ORG_URL")),
    });
    const scopeProblems = query.scopes === "check" ? await checkScopes(handlers, context) : new Map();
    const health = await readHandlerHealth(context.database, [...names, ...syncs.keys()]);
    const statusOf = (name: string, its: HandlerHealth) => ({
      ...serializeHealth(its),
      sync: syncs.get(name) ?? null,
    });
    const registered = handlers.flatMap((handler): HandlerStatus[] => {
      const its = health.get(handler.name);
      if (its === undefined) return [];
      const description = describeHandler(handler, context.environment, scopeProblems);
      return [{ ...description, registered: true, ...statusOf(handler.name, its) }];
    });
    const gone = [...health].flatMap(([name, its]): HandlerStatus[] => {
      if (names.includes(name) || !(isOpen(its) || syncs.has(name))) return [];
      const unknown = { on: [], when: false, line: null, circuit: true, settings: [], okta: [] };
      return [{ name, ...unknown, registered: false, ...statusOf(name, its) }];
    });
    return json({ handlers: [...registered, ...gone] } satisfies HandlerStatuses);
  },
});

/** Whether there is something to say of a handler that is gone. */
function isOpen({ pausedAt, runs }: HandlerHealth): boolean {
  return pausedAt !== null || runs.waiting + runs.retrying + runs.dead > 0;
}

function serializeHealth(health: HandlerHealth) {
  const { runs, lastRuns, lastFailure } = health;
  return {
    pausedAt: health.pausedAt?.toISOString() ?? null,
    failing: describeFailures(health),
    failingSince: health.failingSince?.toISOString() ?? null,
    circuitOpenUntil: (health.circuitOpenedAt && health.nextProbeAt?.toISOString()) ?? null,
    runs: {
      ...runs,
      oldestWaitingSince: health.oldestWaitingSince?.toISOString() ?? null,
      last: lastRuns,
      lastSuccessAt: health.lastSuccessAt?.toISOString() ?? null,
      lastFailure: lastFailure && { at: lastFailure.at.toISOString(), error: lastFailure.error },
    },
  };
}

function describeFailures(health: HandlerHealth): string | null {
  const { failingSince, failures, circuitOpenedAt, nextProbeAt, isCatchingUp } = health;
  if (isCatchingUp) return "its circuit was closed: what waited is run, ten at a time";
  if (failingSince === null) return null;
  const since = `since ${failingSince.toISOString()}, ${failures === 1 ? "1 failure" : `${failures} failures`} in a row`;
  if (circuitOpenedAt === null) return `failing ${since}`;
  return `its circuit is open: failing ${since}; its runs wait, and one probes at ${nextProbeAt?.toISOString() ?? "once"}`;
}

const hostOf = (address = "") => URL.parse(address.trim())?.host ?? null;

/** Reads from the org what it grants: for commands only, since the page polls. */
async function checkScopes(handlers: readonly Handler[], { environment }: ApiContext) {
  const { findScopeProblems } = await import("../../../okta/directory/check-scopes.ts");
  return await findScopeProblems(neededScopes(handlers), {
    readSettings: () => readSiteOktaSettings(environment),
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
  });
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
