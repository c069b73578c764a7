/** The deliveries as they come, or those that fit a filter. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { More, ShowNew } from "../../components/buttons.tsx";
import { Problem } from "../../components/problem.tsx";
import { Days } from "../../components/row.tsx";
import { fetchDeliveries } from "../../data/api.ts";
import { type Feed, keyOf, timeOf } from "../../data/feed.ts";
import { useInfiniteQuery } from "../../data/use-infinite-query.ts";
import { useLive } from "../../data/use-live.ts";
import { type EventFilter, formatRoute, isFiltered, noFilter, type Route } from "../../routing/route.ts";
import { eventQueryOf } from "../../routing/time-range.ts";
import { EventFilters } from "../event-list/event-filters.tsx";
import { FeedRow } from "./feed-row.tsx";

/** What stands in the last columns of a delivery. */
const deliveryHeads = ["Handlers", "Came", "Answered in"];

export function FeedList({ feed, openKey }: { feed: Feed; openKey: string }) {
  const { loadOlder } = useLive();
  // What came before the list was shown is not marked as new.
  const before = useRef(feed.arrived);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const isNew = (id: string) => feed.arrived.has(id) && !before.current.has(id);

  async function older(): Promise<void> {
    setBusy(true);
    setProblem(await loadOlder());
    setBusy(false);
  }

  return (
    <>
      <Days
        heads={deliveryHeads}
        items={feed.items}
        at={timeOf}
        row={(item) => (
          <FeedRow
            key={keyOf(item)}
            item={item}
            filter={noFilter}
            open={keyOf(item) === openKey}
            arrived={item.kind === "delivery" && isNew(item.delivery.id)}
          />
        )}
      />
      {problem !== null && <Problem text={problem} />}
      {feed.next !== null && <More busy={busy} onPress={older} label="Show older deliveries" />}
    </>
  );
}

/** The deliveries that brought an event which fits the filters. */
export function FilteredDeliveries({ filter, openKey }: { filter: EventFilter; openKey: string }) {
  const key = formatRoute({ view: "deliveries", filter });
  const { rows, problem, more, busy, loadMore, again, waiting, showNew } = useInfiniteQuery({
    key,
    ask: (cursor) => fetchDeliveries(eventQueryOf(filter, new Date()), cursor),
    rows: ({ items }) => items,
    waitsForReader: true,
  });
  // A delivery of several events that fit can be on several pages.
  const deliveries = [...new Map((rows ?? []).map((item) => [keyOf(item), item])).values()];

  return (
    <>
      {waiting && <ShowNew what="deliveries" onPress={showNew} />}
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {rows === null && problem === null && <p class="loading">Loading…</p>}
      {rows?.length === 0 && !more && (
        <div class="empty">
          <p>No delivery brought an event that fits these filters.</p>
          <p>
            <a href={formatRoute({ view: "deliveries", filter: noFilter })}>Show all deliveries</a>
          </p>
        </div>
      )}
      <Days
        heads={deliveryHeads}
        items={deliveries}
        at={timeOf}
        row={(item) => (
          <FeedRow
            key={keyOf(item)}
            item={item}
            filter={filter}
            open={keyOf(item) === openKey}
            arrived={false}
          />
        )}
      />
      {more && <More busy={busy} onPress={loadMore} label="Show older deliveries" />}
    </>
  );
}

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
