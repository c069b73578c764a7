/** What was found, as links: the exact things first. */
import type { FindResult } from "../../../api/schema/find.ts";
import { type EventFilter, formatRoute, noFilter } from "../../routing/route.ts";

export interface Suggestion {
  readonly href: string;
  /** What it is, e.g. `by`. */
  readonly what: string;
  readonly text: string;
}

export function suggestionsOf({ events: found, delivery, actors, targets, types }: FindResult): Suggestion[] {
  const events = (what: string, text: string, filter: Partial<EventFilter>): Suggestion => ({
    href: formatRoute({ view: "events", filter: { ...noFilter, ...filter }, uuid: null }),
    what,
    text,
  });
  return [
    ...found.map(({ uuid, summary }) => ({
      href: formatRoute({ view: "events", filter: noFilter, uuid }),
      what: "event",
      text: found.length === 1 ? summary : `${uuid} ${summary}`,
    })),
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
