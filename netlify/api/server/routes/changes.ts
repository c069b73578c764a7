/** `GET /api/changes`: what a page that watches asks every few seconds. */
import { listNewDeliveries } from "../../../events/queries/deliveries.ts";
import { listNewRejections } from "../../../events/queries/list-rejections.ts";
import { countFailingRuns, listFailingHandlers } from "../../../events/work/queue/failing-runs.ts";
import { summarizeDeliveryRuns } from "../../../events/work/queue/run-summaries.ts";
import { CHANGES_SIZE, type Changes, changesQuery, REJECTIONS_SIZE } from "../../schema/deliveries.ts";
import { changesToken, writeToken } from "../cursor.ts";
import { loadHandlers } from "../load-handlers.ts";
import { json } from "../reply.ts";
import { serializeDelivery, serializeRejection } from "../serialize-delivery.ts";
import { defineRoute } from "./route.ts";

/**
 * Told again while younger than this when it was last asked: its answer's time is written later, and recording takes 3 s at
 * most. However long ago that was: a tab that was hidden meanwhile misses nothing.
 */
const AGAIN_MS = 10_000;

export const changesRoute = defineRoute({
  method: "GET",
  path: "changes",
  query: changesQuery.extend({ after: changesToken }),
  async answer({ query: { after, watch }, context }) {
    const before = after ?? { delivery: "0", rejection: "0", at: context.now };
    const { database } = context;
    const limit = CHANGES_SIZE;
    const againSince = new Date(Math.min(before.at.getTime(), context.now.getTime()) - AGAIN_MS);
    const [found, rejections, counts, failing, loaded] = await Promise.all([
      listNewDeliveries(database, {
        after: before.delivery,
        againSince,
        watched: watch,
        limit,
      }),
      context.local
        ? listNewRejections(database, { after: before.rejection, againSince, limit: REJECTIONS_SIZE })
        : [],
      countFailingRuns(database),
      listFailingHandlers(database),
      loadHandlers(context),
    ]);
    const summaries = await summarizeDeliveryRuns(
      database,
      found.deliveries.map(({ id }) => id),
    );
    return json({
      token: writeToken({
        delivery: found.newest ?? before.delivery,
        rejection: rejections[0]?.id ?? before.rejection,
        at: context.now,
      }),
      deliveries: found.deliveries.map((delivery) =>
        serializeDelivery(delivery, { summary: summaries.get(delivery.id), handlers: loaded.handlers }),
      ),
      rejections: rejections.map(serializeRejection),
      more: found.more,
      ...counts,
      failing: failing.map(({ failingSince, pausedAt, nextProbeAt, ...handler }) => ({
        ...handler,
        failingSince: failingSince?.toISOString() ?? null,
        pausedAt: pausedAt?.toISOString() ?? null,
        nextProbeAt: nextProbeAt?.toISOString() ?? null,
        registered: loaded.handlers?.some(({ name }) => name === handler.handler) ?? false,
      })),
      handlers: loaded.handlers?.map(({ name }) => name) ?? [],
      loadProblem: loaded.problem,
    } satisfies Changes);
  },
});
