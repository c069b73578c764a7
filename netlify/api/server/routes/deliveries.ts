/**
 * `GET /api/deliveries`: what came, deliveries and rejected calls in one order, or the deliveries that fit a filter; and
 * `GET /api/deliveries/:id`, and its body with `/body`.
 */

import { findDelivery, listMatchingDeliveries } from "../../../events/queries/deliveries.ts";
import { listEventsOfDelivery } from "../../../events/queries/events.ts";
import { findBody } from "../../../events/queries/find-body.ts";
import { listFeed, type StoredFeedItem } from "../../../events/queries/list-feed.ts";
import { summarizeDeliveryRuns, summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { deliveryId } from "../../schema/common.ts";
import { deliveriesQuery, type FeedItem, type FeedPage, SHOWN_EVENTS } from "../../schema/deliveries.ts";
import type { ApiContext } from "../api-context.ts";
import { deliveryCursor, writeEventCursor, writeFeedCursor, writeToken } from "../cursor.ts";
import { loadHandlers } from "../load-handlers.ts";
import { json, problem } from "../reply.ts";
import { serializeDelivery, serializeRejection, serializeWholeDelivery } from "../serialize-delivery.ts";
import { defineRoute } from "./route.ts";

export const deliveriesRoute = defineRoute({
  method: "GET",
  path: "deliveries",
  query: deliveriesQuery.extend({ cursor: deliveryCursor }),
  async answer({ query: { cursor, limit, type, ...search }, context }) {
    const { database, now, local } = context;
    const isFiltered = type.length > 0 || Object.values(search).some((value) => value !== undefined);
    if (cursor !== undefined && isFiltered === "delivery" in cursor) {
      return problem(400, "The cursor is of another list: leave it out to begin with the newest.");
    }
    if (isFiltered) {
      const after = cursor !== undefined && "uuid" in cursor ? cursor : undefined;
      const page = await listMatchingDeliveries(database, { ...search, types: type }, { after, limit });
      const items = page.deliveries.map((delivery) => ({ kind: "delivery" as const, delivery }));
      return json({
        items: await serializeItems(items, context),
        next: writeEventCursor(page.next),
        token: null,
      } satisfies FeedPage);
    }
    const after = cursor !== undefined && "delivery" in cursor ? cursor : undefined;
    const page = await listFeed(database, { after, limit, rejections: local });
    return json({
      items: await serializeItems(page.items, context),
      next: writeFeedCursor(page.next),
      token: cursor === undefined ? writeToken({ ...page.newest, at: now }) : null,
    } satisfies FeedPage);
  },
});

async function serializeItems(items: readonly StoredFeedItem[], context: ApiContext): Promise<FeedItem[]> {
  const { handlers } = await loadHandlers(context);
  const summaries = await summarizeDeliveryRuns(
    context.database,
    items.flatMap((item) => (item.kind === "delivery" ? [item.delivery.id] : [])),
  );
  return items.map((item) =>
    item.kind === "delivery"
      ? {
          kind: "delivery",
          delivery: serializeDelivery(item.delivery, { summary: summaries.get(item.delivery.id), handlers }),
        }
      : { kind: "rejection", rejection: serializeRejection(item.rejection) },
  );
}

export const deliveryRoute = defineRoute({
  method: "GET",
  path: "deliveries/:id",
  async answer({ id, context }) {
    const { database } = context;
    const delivery = deliveryId.safeParse(id).success ? await findDelivery(database, id) : null;
    if (delivery === null) return unknown;
    const events = await listEventsOfDelivery(database, id, { limit: SHOWN_EVENTS + 1 });
    const [{ handlers }, summaries, ofEvents] = await Promise.all([
      loadHandlers(context),
      summarizeDeliveryRuns(database, [id]),
      summarizeEventRuns(
        database,
        events.map(({ uuid }) => uuid),
      ),
    ]);
    return json(
      serializeWholeDelivery(delivery, events, { delivery: summaries.get(id), events: ofEvents, handlers }),
    );
  },
});

export const deliveryBodyRoute = defineRoute({
  method: "GET",
  path: "deliveries/:id/body",
  async answer({ id, context }) {
    const body = deliveryId.safeParse(id).success ? await findBody(context.database, id) : null;
    return body === null ? noBody : { kind: "text", text: body };
  },
});

const noBody = problem(
  404,
  "There is no body: no call has this id, its events were fetched from Okta's System Log, or the text around them named a person who was forgotten.",
);

const unknown = problem(
  404,
  "No delivery has this id. Take one from the list of deliveries: each has a whole number.",
);
