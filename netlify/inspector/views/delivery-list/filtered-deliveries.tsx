/** The deliveries that brought an event which fits the filters. */
import { Days } from "../../components/days.tsx";
import { More, ShowNew } from "../../components/more.tsx";
import { Problem } from "../../components/problem.tsx";
import { fetchDeliveries } from "../../data/api.ts";
import { keyOf, timeOf } from "../../data/feed.ts";
import { useInfiniteQuery } from "../../data/use-infinite-query.ts";
import { type EventFilter, formatRoute, noFilter } from "../../routing/route.ts";
import { eventQueryOf } from "../../routing/time-range.ts";
import { deliveryHeads } from "./feed-list.tsx";
import { FeedRow } from "./feed-row.tsx";

export function FilteredDeliveries({ filter, openKey }: { filter: EventFilter; openKey: string }) {
  const key = formatRoute({ view: "deliveries", filter });
  const { rows, problem, more, busy, loadMore, again, waiting, showNew } = useInfiniteQuery({
    key,
    ask: (cursor) => fetchDeliveries(eventQueryOf(filter, new Date()), cursor),
    rows: ({ items }) => items,
    waitsForReader: true,
  });
  // A delivery of several events that fit can be told on several pages.
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
