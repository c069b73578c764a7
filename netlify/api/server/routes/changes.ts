/** `GET /api/changes`: what a page that watches asks every few seconds. */
import { listDeliveries } from "../../../events/queries/list-deliveries.ts";
import { listNewDeliveries } from "../../../events/queries/list-new-deliveries.ts";
import { listRejections } from "../../../events/queries/list-rejections.ts";
import { countDeadLetters } from "../../../events/work/queue/dead-letters.ts";
import { glanceAtDeliveries } from "../../../events/work/queue/glance-at-runs.ts";
import { countRetries } from "../../../events/work/queue/list-failing-runs.ts";
import { CHANGES_SIZE, type Changes, changesQuery, REJECTIONS_SIZE } from "../../contract.ts";
import { readToken, writeToken } from "../cursor.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import { tellDelivery } from "../tell-delivery.ts";
import type { Route } from "./route.ts";

/** Told again while younger than this: its answer's time is written later, and recording takes 3 s at most. */
const AGAIN_MS = 10_000;

export const changesRoute: Route = {
  method: "GET",
  path: "changes",
  async answer({ url, context }) {
    const query = readQuery(url, changesQuery);
    if (query.kind === "problem") return query;
    const token = readToken(query.value.after);
    if (token.kind === "problem") return token;
    const before = token.place;
    const { database } = context;
    const limit = CHANGES_SIZE;
    const againSince = new Date(context.now.getTime() - AGAIN_MS);
    const [found, rejections, dead, retrying] = await Promise.all([
      before === undefined
        ? listDeliveries(database, { limit }).then(({ deliveries }) => ({ deliveries, more: false }))
        : listNewDeliveries(database, { after: before.delivery, againSince, limit }),
      context.local
        ? listRejections(database, { after: before?.rejection ?? "0", limit: REJECTIONS_SIZE })
        : [],
      countDeadLetters(database),
      countRetries(database),
    ]);
    const glances = await glanceAtDeliveries(
      database,
      found.deliveries.map(({ id }) => id),
    );
    return json({
      token: writeToken({
        delivery: found.deliveries[0]?.id ?? before?.delivery ?? "0",
        rejection: rejections[0]?.id ?? before?.rejection ?? "0",
      }),
      deliveries: found.deliveries.map((delivery) => tellDelivery(delivery, glances.get(delivery.id))),
      rejections: rejections.map(({ receivedAt, ...rejection }) => ({
        ...rejection,
        receivedAt: receivedAt.toISOString(),
      })),
      more: found.more,
      dead,
      retrying,
    } satisfies Changes);
  },
};
