/** `GET /api/changes`: what a page that watches asks every few seconds. */
import { listNewDeliveries } from "../../../events/queries/list-new-deliveries.ts";
import { listNewRejections } from "../../../events/queries/list-rejections.ts";
import { countFailingRuns } from "../../../events/work/queue/failing-runs.ts";
import { summarizeDeliveryRuns } from "../../../events/work/queue/run-summaries.ts";
import { CHANGES_SIZE, type Changes, changesQuery, REJECTIONS_SIZE } from "../../schema/deliveries.ts";
import { readToken, writeToken } from "../cursor.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import { serializeDelivery } from "../serialize-delivery.ts";
import { serializeRejection } from "../serialize-rejection.ts";
import type { Route } from "./route.ts";

/**
 * Told again while younger than this when it was last asked: its answer's time is written later, and recording takes 3 s at
 * most. However long ago that was: a tab that was hidden meanwhile misses nothing.
 */
const AGAIN_MS = 10_000;

export const changesRoute: Route = {
  method: "GET",
  path: "changes",
  async answer({ url, context }) {
    const query = readQuery(url, changesQuery);
    if (query.kind === "problem") return query;
    const token = readToken(query.value.after);
    if (token.kind === "problem") return token;
    const before = token.place ?? { delivery: "0", rejection: "0", at: context.now };
    const { database } = context;
    const limit = CHANGES_SIZE;
    const againSince = new Date(Math.min(before.at.getTime(), context.now.getTime()) - AGAIN_MS);
    const [found, rejections, failing] = await Promise.all([
      listNewDeliveries(database, {
        after: before.delivery,
        againSince,
        watched: query.value.watch,
        limit,
      }),
      context.local
        ? listNewRejections(database, { after: before.rejection, againSince, limit: REJECTIONS_SIZE })
        : [],
      countFailingRuns(database),
    ]);
    const glances = await summarizeDeliveryRuns(
      database,
      found.deliveries.map(({ id }) => id),
    );
    return json({
      token: writeToken({
        delivery: found.newest ?? before.delivery,
        rejection: rejections[0]?.id ?? before.rejection,
        at: context.now,
      }),
      deliveries: found.deliveries.map((delivery) => serializeDelivery(delivery, glances.get(delivery.id))),
      rejections: rejections.map(serializeRejection),
      more: found.more,
      ...failing,
    } satisfies Changes);
  },
};
