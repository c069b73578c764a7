/** `GET /api/deliveries` and `GET /api/deliveries/:id`. */
import { findDelivery } from "../../../events/queries/find-delivery.ts";
import { listDeliveries } from "../../../events/queries/list-deliveries.ts";
import { listEventsOfDelivery } from "../../../events/queries/list-events-of-delivery.ts";
import { glanceAtDeliveries, glanceAtEvents } from "../../../events/work/queue/glance-at-runs.ts";
import { type DeliveryPage, deliveriesQuery, deliveryId, SHOWN_EVENTS } from "../../contract.ts";
import { readDeliveryCursor } from "../cursor.ts";
import { readQuery } from "../read-input.ts";
import { json, problem } from "../reply.ts";
import { tellDelivery, tellWholeDelivery } from "../tell-delivery.ts";
import type { Route } from "./route.ts";

export const deliveriesRoute: Route = {
  method: "GET",
  path: "deliveries",
  async answer({ url, context }) {
    const query = readQuery(url, deliveriesQuery);
    if (query.kind === "problem") return query;
    const cursor = readDeliveryCursor(query.value.cursor);
    if (cursor.kind === "problem") return cursor;
    const { database } = context;
    const { deliveries, next } = await listDeliveries(database, {
      before: cursor.place,
      limit: query.value.limit,
    });
    const glances = await glanceAtDeliveries(
      database,
      deliveries.map((delivery) => delivery.id),
    );
    return json({
      deliveries: deliveries.map((delivery) => tellDelivery(delivery, glances.get(delivery.id))),
      next,
    } satisfies DeliveryPage);
  },
};

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
      glanceAtDeliveries(database, [id]),
      glanceAtEvents(
        database,
        events.map(({ uuid }) => uuid),
      ),
    ]);
    return json(tellWholeDelivery(delivery, events, { delivery: glances.get(id), events: ofEvents }));
  },
};

const unknown = problem(
  404,
  "No delivery has this id. Take one from the list of deliveries: each has a whole number.",
);
