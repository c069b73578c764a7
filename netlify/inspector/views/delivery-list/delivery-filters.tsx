/** The filters of the deliveries: folded away until somebody narrows the list. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type EventFilter, isFiltered, type Route } from "../../routing/route.ts";
import { EventFilters } from "../event-list/event-filters.tsx";

const deliveriesBy = (filter: EventFilter): Route => ({ view: "deliveries", filter });

export function DeliveryFilters({ filter, children }: { filter: EventFilter; children?: ComponentChildren }) {
  const filtered = isFiltered(filter);
  const [open, setOpen] = useState(filtered);
  // A filter is never hidden; without one it stays as somebody left it, who may be typing the next.
  useEffect(() => {
    if (filtered) setOpen(true);
  }, [filtered]);
  return (
    <div class="tools">
      <details class="filter-box" open={open} onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
        <summary>Filter</summary>
        <EventFilters filter={filter} route={deliveriesBy} />
      </details>
      {children}
    </div>
  );
}
