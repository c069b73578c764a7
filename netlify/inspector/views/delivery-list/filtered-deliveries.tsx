/** The deliveries that brought an event which fits the filters. */
import type { FeedItem } from "../../../api/contract/deliveries.ts";
import { type EventFilter, formatRoute, noFilter } from "../../address/route.ts";
import { eventQueryOf } from "../../address/time-range.ts";
import { fetchDeliveries } from "../../asking/api.ts";
import { keyOf, timeOf } from "../../asking/feed.ts";
import { useLive } from "../../asking/use-live.ts";
import { usePages } from "../../asking/use-pages.ts";
import { useWhenChanged } from "../../asking/use-when-changed.ts";
import { Days } from "../../parts/days.tsx";
import { Problem } from "../../parts/problem.tsx";
import { DeliveryFilters } from "./delivery-filters.tsx";
import { deliveryHeads } from "./feed-list.tsx";
import { FeedRow } from "./feed-row.tsx";

export function FilteredDeliveries({ filter, openKey }: { filter: EventFilter; openKey: string }) {
  const revision = useLive().feed?.revision ?? 0;
  const key = formatRoute({ view: "deliveries", filter });
  const { rows, problem, more, pages, busy, loadMore, again } = usePages<FeedItem>(key, async (_, cursor) => {
    const answer = await fetchDeliveries(eventQueryOf(filter, new Date()), cursor);
    return answer.outcome === "ok"
      ? { outcome: "ok", value: { rows: answer.value.items, next: answer.value.next } }
      : answer;
  });
  // Whoever has paged on is reading.
  useWhenChanged(pages > 1 ? 0 : revision, again);
  // A delivery of several events that fit can be told on several pages.
  const items = [...new Map((rows ?? []).map((item) => [keyOf(item), item])).values()];

  return (
    <section aria-labelledby="deliveries-title">
      <h1 id="deliveries-title" class="unseen">
        Deliveries
      </h1>
      <DeliveryFilters filter={filter} />
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
        items={items}
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
      {more && (
        <p class="more">
          <button type="button" disabled={busy} onClick={() => void loadMore()}>
            {busy ? "Loading…" : "Show older deliveries"}
          </button>
        </p>
      )}
    </section>
  );
}
