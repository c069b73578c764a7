/** `GET /api/handlers`: the handlers of the site, whether their settings can be used, and how their runs stand. */
import { type HandlerHealth, readHandlerHealth } from "../../../events/work/queue/handler-health.ts";
import type { HandlerStatus, HandlerStatuses } from "../../schema/handlers.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

export const handlersRoute: Route = {
  method: "GET",
  path: "handlers",
  async answer({ context }) {
    const [handlers, { describeHandler }] = await Promise.all([
      context.handlers(),
      import("../../../handler-kit/describe-handler.ts"),
    ]);
    const names = handlers.map(({ name }) => name);
    const health = await readHandlerHealth(context.database, names);
    const registered = handlers.flatMap((handler): HandlerStatus[] => {
      const its = health.get(handler.name);
      if (its === undefined) return [];
      const description = describeHandler(handler, context.environment);
      return [{ ...description, registered: true, ...serializeHealth(its) }];
    });
    const gone = [...health].flatMap(([name, its]): HandlerStatus[] => {
      if (names.includes(name) || !isOpen(its)) return [];
      const unknown = { on: [], when: false, line: null, circuit: true, settings: [], registered: false };
      return [{ name, ...unknown, ...serializeHealth(its) }];
    });
    return json({ handlers: [...registered, ...gone] } satisfies HandlerStatuses);
  },
};

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
