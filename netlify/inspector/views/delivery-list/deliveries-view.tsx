/** What came, as it comes; and one of it, opened. */

import { Split } from "../../components/split.tsx";
import type { Feed } from "../../data/feed.ts";
import { useLive } from "../../data/use-live.ts";
import { formatRoute, isFiltered, type Route } from "../../routing/route.ts";
import { DeliveryView } from "../delivery/delivery-view.tsx";
import { DeliveryFilters, FeedList, FilteredDeliveries } from "./delivery-list.tsx";
import { FirstVisit } from "./first-visit.tsx";
import { RejectionView } from "./rejection-view.tsx";
import { SendSample } from "./send-sample.tsx";

type DeliveriesRoute = Extract<Route, { view: "deliveries" }>;

export function DeliveriesView({ route, local }: { route: DeliveriesRoute; local: boolean }) {
  const { feed } = useLive();
  const open = openedBy(route, feed);
  const { filter } = route;
  if (feed === null) {
    return (
      <div class="empty">
        <h1>Deliveries</h1>
        <p>Loading…</p>
      </div>
    );
  }
  if (feed.items.length === 0 && open === null) return <FirstVisit local={local} />;
  const key = openKey(route);
  return (
    <Split
      title="Deliveries"
      list={
        <section aria-label="All deliveries">
          <DeliveryFilters filter={filter}>{local && <SendSample look="quiet" />}</DeliveryFilters>
          {isFiltered(filter) ? (
            <FilteredDeliveries filter={filter} openKey={key} />
          ) : (
            <FeedList feed={feed} openKey={key} />
          )}
        </section>
      }
      open={open === null ? null : { key, content: open }}
      closeHref={formatRoute({ view: "deliveries", filter })}
      closeLabel="All deliveries"
    />
  );
}

function openedBy(route: DeliveriesRoute, feed: Feed | null) {
  if ("delivery" in route) return <DeliveryView key={route.delivery} id={route.delivery} />;
  if ("rejection" in route) {
    const item = feed?.items.find((one) => one.kind === "rejection" && one.rejection.id === route.rejection);
    return <RejectionView rejection={item?.kind === "rejection" ? item.rejection : null} />;
  }
  return null;
}

function openKey(route: DeliveriesRoute): string {
  if ("delivery" in route) return `delivery ${route.delivery}`;
  return "rejection" in route ? `rejection ${route.rejection}` : "";
}
