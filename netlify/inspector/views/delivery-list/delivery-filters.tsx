/** The filters of the deliveries: folded away until somebody narrows the list. */
import type { ComponentChildren } from "preact";
import { type EventFilter, isFiltered, type Route } from "../../address/route.ts";
import { EventFilters } from "../event-list/event-filters.tsx";

const deliveriesBy = (filter: EventFilter): Route => ({ view: "deliveries", filter });

export function DeliveryFilters({ filter, children }: { filter: EventFilter; children?: ComponentChildren }) {
  return (
    <div class="tools">
      <details class="filter-box" open={isFiltered(filter)}>
        <summary>Filter</summary>
        <EventFilters filter={filter} route={deliveriesBy} />
      </details>
      {children}
    </div>
  );
}
