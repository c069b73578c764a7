/**
 * `GET /api/deliveries`: what came, deliveries and rejected calls in one order, or the deliveries that fit a filter; and
 * `GET /api/deliveries/:id`, and its body with `/body`.
 */
import type { Database } from "../../../events/database/database.ts";
import type { EventSearch } from "../../../events/queries/event-search.ts";
import { findBody } from "../../../events/queries/find-body.ts";
import { findDelivery } from "../../../events/queries/find-delivery.ts";
import { listEventsOfDelivery } from "../../../events/queries/list-events-of-delivery.ts";
import { listFeed, type StoredFeedItem } from "../../../events/queries/list-feed.ts";
import { listMatchingDeliveries } from "../../../events/queries/list-matching-deliveries.ts";
import { summarizeDeliveryRuns, summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { deliveryId } from "../../schema/common.ts";
import {
  deliveriesQuery,
  deliveryBodyQuery,
  type FeedItem,
  type FeedPage,
  SHOWN_EVENTS,
} from "../../schema/deliveries.ts";
import type { ApiContext } from "../api-context.ts";
import { readEventCursor, readFeedCursor, writeEventCursor, writeFeedCursor, writeToken } from "../cursor.ts";
import { readQuery } from "../read-input.ts";
import { json, problem, type Reply } from "../reply.ts";
import { serializeBody } from "../serialize-body.ts";
import { serializeDelivery, serializeWholeDelivery } from "../serialize-delivery.ts";
import { serializeRejection } from "../serialize-rejection.ts";
import type { Route } from "./route.ts";

export const deliveriesRoute: Route = {
  method: "GET",
  path: "deliveries",
  async answer({ url, context }) {
    const query = readQuery(url, deliveriesQuery);
    if (query.kind === "problem") return query;
    const { cursor, limit, type, ...search } = query.value;
    const filtered = type.length > 0 || Object.values(search).some((value) => value !== undefined);
    return filtered
      ? await listFiltered({ ...search, types: type }, cursor, limit, context)
      : await listAll(cursor, limit, context);
  },
};

async function listAll(cursor: string | undefined, limit: number, context: ApiContext): Promise<Reply> {
  const reading = readFeedCursor(cursor);
  if (reading.kind === "problem") return reading;
  const { database, now } = context;
  const page = await listFeed(database, { after: reading.place, limit, rejections: context.local });
  const told = await serializeItems(page.items, database);
  return json({
    items: told,
    next: writeFeedCursor(page.next),
    token: cursor === undefined ? writeToken({ ...page.newest, at: now }) : null,
  } satisfies FeedPage);
}

async function listFiltered(
  search: EventSearch,
  cursor: string | undefined,
  limit: number,
  { database }: ApiContext,
): Promise<Reply> {
  const reading = readEventCursor(cursor);
  if (reading.kind === "problem") return reading;
  const page = await listMatchingDeliveries(database, search, { after: reading.place, limit });
  const items = page.deliveries.map((delivery) => ({ kind: "delivery" as const, delivery }));
  return json({
    items: await serializeItems(items, database),
    next: writeEventCursor(page.next),
    token: null,
  } satisfies FeedPage);
}

async function serializeItems(items: readonly StoredFeedItem[], database: Database): Promise<FeedItem[]> {
  const glances = await summarizeDeliveryRuns(
    database,
    items.flatMap((item) => (item.kind === "delivery" ? [item.delivery.id] : [])),
  );
  return items.map((item) =>
    item.kind === "delivery"
      ? { kind: "delivery", delivery: serializeDelivery(item.delivery, glances.get(item.delivery.id)) }
      : { kind: "rejection", rejection: serializeRejection(item.rejection) },
  );
}

export const deliveryRoute: Route = {
  method: "GET",
  path: "deliveries/:id",
  async answer({ id, context }) {
    if (!deliveryId.safeParse(id).success) return unknown;
    const { database } = context;
    const delivery = await findDelivery(database, id);
    if (delivery === null) return unknown;
    const events = await listEventsOfDelivery(database, id, { limit: SHOWN_EVENTS + 1 });
    const [glances, ofEvents] = await Promise.all([
      summarizeDeliveryRuns(database, [id]),
      summarizeEventRuns(
        database,
        events.map(({ uuid }) => uuid),
      ),
    ]);
    return json(serializeWholeDelivery(delivery, events, { delivery: glances.get(id), events: ofEvents }));
  },
};

export const deliveryBodyRoute: Route = {
  method: "GET",
  path: "deliveries/:id/body",
  async answer({ url, id, context }) {
    if (!deliveryId.safeParse(id).success) return unknown;
    const query = readQuery(url, deliveryBodyQuery);
    if (query.kind === "problem") return query;
    const body = await findBody(context.database, id);
    return body === null ? unknown : json(serializeBody(body, query.value.from));
  },
};

const unknown = problem(
  404,
  "No delivery has this id. Take one from the list of deliveries: each has a whole number.",
);
