/** Stored events that fit what somebody typed, from as many pages of the API as it takes. */
import { Option } from "commander";
import { withQuery } from "../api/client/call-api.ts";
import { type EventPage, type EventSummary, eventPage } from "../api/schema/events.ts";
import type { Api } from "./call-api.ts";

/** Which events. */
export interface StoredEventSearch {
  readonly type?: readonly string[];
  /** Who did it, or to whom it was done: the beginning of a login or an id. */
  readonly person?: string;
  /** In milliseconds since 1970. */
  readonly since?: number;
  readonly handler?: string | undefined;
  readonly state?: EventSummary["handlers"]["state"];
}

/** What the API gives at a time. */
const PAGE_SIZE = 100;

export function personOption(): Option {
  return new Option(
    "--person <login or id>",
    "only events of this person, who did it or to whom it was done",
  );
}

/** Newest first, up to `limit`. */
export async function listStoredEvents(
  api: Api,
  { type, person, since, handler, state }: StoredEventSearch,
  limit: number,
): Promise<EventSummary[]> {
  const found = new Map<string, EventSummary>();
  const roles = person === undefined ? [{}] : [{ actor: person }, { target: person }];
  for (const role of roles) {
    let left = limit;
    for (let cursor: string | null | undefined; cursor !== null && left > 0; ) {
      const query = {
        ...{ type, handler, state, cursor },
        ...role,
        from: since === undefined ? undefined : new Date(since).toISOString(),
        limit: Math.min(left, PAGE_SIZE),
      };
      const page: EventPage = await api.get(withQuery("events", query), eventPage);
      for (const event of page.events) found.set(event.uuid, event);
      left -= page.events.length;
      cursor = page.next;
    }
  }
  return [...found.values()].sort((one, other) => (one.published < other.published ? 1 : -1)).slice(0, limit);
}
