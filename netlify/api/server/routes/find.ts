/** `GET /api/find`: one box for whatever a person has in hand; `GET /api/event-uuids` completes the beginning of a `uuid`. */
import { distinctValues } from "../../../events/queries/distinct-values.ts";
import { findDelivery } from "../../../events/queries/find-delivery.ts";
import { findEvents } from "../../../events/queries/find-events.ts";
import { findUuids } from "../../../events/queries/find-uuids.ts";
import { lowerAscii } from "../../../events/queries/prefix-range.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { deliveryId, eventUuid } from "../../schema/common.ts";
import {
  type EventUuids,
  eventUuidsQuery,
  type FindResult,
  findQuery,
  MIN_UUID_PREFIX_LENGTH,
} from "../../schema/find.ts";
import { json } from "../reply.ts";
import { serializeEvent } from "../serialize-event.ts";
import { defineRoute } from "./route.ts";

/** Suggestions of a kind. */
const MAX_PARTIES = 5;
const MAX_TYPES = 10;

export const findRoute = defineRoute({
  method: "GET",
  path: "find",
  query: findQuery,
  async answer({ query: { text }, context: { database } }) {
    const partiesOf = async (side: "actor" | "target") => {
      const [ids, logins] = await Promise.all([
        distinctValues(database, `${side}_id`, text, MAX_PARTIES),
        distinctValues(database, `lower(${side}_login)`, lowerAscii(text), MAX_PARTIES),
      ]);
      return [...new Set([...logins, ...ids])].slice(0, MAX_PARTIES);
    };
    const [events, summaries, delivery, actors, targets, types] = await Promise.all([
      eventUuid.safeParse(text).success ? findEvents(database, [text]) : null,
      eventUuid.safeParse(text).success ? summarizeEventRuns(database, [text]) : null,
      deliveryId.safeParse(text).success ? findDelivery(database, text) : null,
      partiesOf("actor"),
      partiesOf("target"),
      distinctValues(database, "event_type", text, MAX_TYPES),
    ]);
    const event = events?.get(text);
    return json({
      event: event === undefined ? null : serializeEvent(event, summaries?.get(text)),
      delivery: delivery && { id: delivery.id, receivedAt: delivery.receivedAt.toISOString() },
      actors,
      targets,
      types,
    } satisfies FindResult);
  },
});

/** A beginning is useful where it means one event; a few more are given, so that a person sees what to add. */
const MAX_UUIDS = 5;

export const eventUuidsRoute = defineRoute({
  method: "GET",
  path: "event-uuids",
  query: eventUuidsQuery,
  async answer({ query: { prefix }, context }) {
    const found = await findUuids(context.database, { begin: prefix, limit: MAX_UUIDS });
    const uuids = prefix.length < MIN_UUID_PREFIX_LENGTH ? found.filter((uuid) => uuid === prefix) : found;
    return json({ uuids } satisfies EventUuids);
  },
});
