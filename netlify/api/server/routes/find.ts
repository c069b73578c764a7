/** `GET /api/find`: one box for whatever a person has in hand. */
import { distinctValues } from "../../../events/queries/distinct-values.ts";
import { findDelivery } from "../../../events/queries/find-delivery.ts";
import { findEvents } from "../../../events/queries/find-events.ts";
import { lowerAscii } from "../../../events/queries/prefix-range.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { deliveryId, eventUuid } from "../../schema/common.ts";
import { type FindResult, findQuery } from "../../schema/find.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import { serializeEvent } from "../serialize-event.ts";
import type { Route } from "./route.ts";

/** Suggestions of a kind. */
const MAX_PARTIES = 5;
const MAX_TYPES = 10;

export const findRoute: Route = {
  method: "GET",
  path: "find",
  async answer({ url, context }) {
    const query = readQuery(url, findQuery);
    if (query.kind === "problem") return query;
    const { text } = query.value;
    const { database } = context;
    const partiesOf = async (side: "actor" | "target") => {
      const [ids, logins] = await Promise.all([
        distinctValues(database, `${side}_id`, text, MAX_PARTIES),
        distinctValues(database, `lower(${side}_login)`, lowerAscii(text), MAX_PARTIES),
      ]);
      return [...new Set([...logins, ...ids])].slice(0, MAX_PARTIES);
    };
    const [events, glances, delivery, actors, targets, types] = await Promise.all([
      eventUuid.safeParse(text).success ? findEvents(database, [text]) : null,
      eventUuid.safeParse(text).success ? summarizeEventRuns(database, [text]) : null,
      deliveryId.safeParse(text).success ? findDelivery(database, text) : null,
      partiesOf("actor"),
      partiesOf("target"),
      distinctValues(database, "event_type", text, MAX_TYPES),
    ]);
    const event = events?.get(text);
    return json({
      event: event === undefined ? null : serializeEvent(event, glances?.get(text)),
      delivery: delivery && { id: delivery.id, receivedAt: delivery.receivedAt.toISOString() },
      actors,
      targets,
      types,
    } satisfies FindResult);
  },
};
