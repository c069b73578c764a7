/** `GET /api/find`: one box for whatever a person has in hand; `GET /api/event-uuids` completes the beginning of a `uuid`. */

import type { Database } from "../../../events/database/database.ts";
import { findDeliveryNamed } from "../../../events/queries/deliveries.ts";
import { distinctValues } from "../../../events/queries/distinct-values.ts";
import { findEvents, findUuids } from "../../../events/queries/events.ts";
import { lowerAscii } from "../../../events/queries/prefix-range.ts";
import { summarizeEventRuns } from "../../../events/work/queue/run-summaries.ts";
import { eventUuid } from "../../schema/common.ts";
import {
  type EventUuids,
  eventUuidsQuery,
  type FindResult,
  findQuery,
  MIN_UUID_PREFIX_LENGTH,
} from "../../schema/find.ts";
import { loadHandlers } from "../load-handlers.ts";
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
  async answer({ query: { text }, context }) {
    const { database } = context;
    const partiesOf = async (side: "actor" | "target") => {
      const [ids, logins] = await Promise.all([
        distinctValues(database, `${side}_id`, text, MAX_PARTIES),
        distinctValues(database, `lower(${side}_login)`, lowerAscii(text), MAX_PARTIES),
      ]);
      return [...new Set([...logins, ...ids])].slice(0, MAX_PARTIES);
    };
    const uuids = await completeUuid(database, text);
    const [events, summaries, { handlers }, delivery, actors, targets, types] = await Promise.all([
      findEvents(database, uuids),
      summarizeEventRuns(database, uuids),
      loadHandlers(context),
      findDeliveryNamed(database, text),
      partiesOf("actor"),
      partiesOf("target"),
      distinctValues(database, "event_type", text, MAX_TYPES),
    ]);
    return json({
      events: [...events.values()].map((event) =>
        serializeEvent(event, { summary: summaries.get(event.uuid), handlers }),
      ),
      delivery: delivery && { id: delivery.id, receivedAt: delivery.receivedAt.toISOString() },
      actors,
      targets,
      types,
    } satisfies FindResult);
  },
});

/** A prefix should match one event; a few more are given, so that a person sees what to add. */
const MAX_UUIDS = 5;

export const eventUuidsRoute = defineRoute({
  method: "GET",
  path: "event-uuids",
  query: eventUuidsQuery,
  async answer({ query: { prefix }, context }) {
    return json({ uuids: await completeUuid(context.database, prefix) } satisfies EventUuids);
  },
});

async function completeUuid(database: Database, text: string): Promise<string[]> {
  if (!eventUuid.safeParse(text).success) return [];
  const found = await findUuids(database, { begin: text, limit: MAX_UUIDS });
  return text.length < MIN_UUID_PREFIX_LENGTH ? found.filter((uuid) => uuid === text) : found;
}
