/** What was found, as links: the exact things first. */
import type { FindResult } from "../../../api/schema/find.ts";
import { type EventFilter, formatRoute, noFilter } from "../../routing/route.ts";

export interface Suggestion {
  readonly href: string;
  /** What it is, e.g. `by`. */
  readonly what: string;
  readonly text: string;
}

export function suggestionsOf({ event, delivery, actors, targets, types }: FindResult): Suggestion[] {
  const events = (what: string, text: string, filter: Partial<EventFilter>): Suggestion => ({
    href: formatRoute({ view: "events", filter: { ...noFilter, ...filter }, uuid: null }),
    what,
    text,
  });
  return [
    ...(event === null
      ? []
      : [
          {
            href: formatRoute({ view: "events", filter: noFilter, uuid: event.uuid }),
            what: "event",
            text: event.summary,
          },
        ]),
    ...(delivery === null
      ? []
      : [
          {
            href: formatRoute({ view: "deliveries", filter: noFilter, delivery: delivery.id }),
            what: "delivery",
            text: delivery.id,
          },
        ]),
    ...targets.map((target) => events("to", target, { target })),
    ...actors.map((actor) => events("by", actor, { actor })),
    ...types.map((type) => events("type", type, { types: [type] })),
  ];
}
