/** `GET /api/event-uuids?prefix=`: completes the beginning of a `uuid`. */
import { findUuids } from "../../../events/queries/find-uuids.ts";
import { type EventUuids, eventUuidsQuery, MIN_UUID_PREFIX_LENGTH } from "../../schema/find.ts";
import { readQuery } from "../read-input.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

/** A beginning is useful where it means one event; a few more are given, so that a person sees what to add. */
const SHOWN = 5;

export const eventUuidsRoute: Route = {
  method: "GET",
  path: "event-uuids",
  async answer({ url, context }) {
    const query = readQuery(url, eventUuidsQuery);
    if (query.kind === "problem") return query;
    const { prefix } = query.value;
    const found = await findUuids(context.database, { begin: prefix, limit: SHOWN });
    const uuids = prefix.length < MIN_UUID_PREFIX_LENGTH ? found.filter((uuid) => uuid === prefix) : found;
    return json({ uuids } satisfies EventUuids);
  },
};
