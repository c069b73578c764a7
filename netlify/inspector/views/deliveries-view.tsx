/** What came, as it comes; and one of it, opened. */
import { useState } from "preact/hooks";
import type { Feed, FeedItem } from "../feed.ts";
import { keyOf } from "../feed.ts";
import { Problem } from "../parts/problem.tsx";
import { Split } from "../parts/split.tsx";
import { walkRows } from "../parts/walk-rows.ts";
import type { Route } from "../route.ts";
import { dayName } from "../time.ts";
import { useLive } from "../use-live.ts";
import { DeliveryView } from "./delivery-view.tsx";
import { FeedRow } from "./feed-row.tsx";
import { FirstVisit } from "./first-visit.tsx";
import { RejectionView } from "./rejection-view.tsx";

type DeliveriesRoute = Extract<Route, { view: "deliveries" }>;

export function DeliveriesView({ route, local }: { route: DeliveriesRoute; local: boolean }) {
  const { feed } = useLive();
  const open = openedBy(route, feed);
  if (feed === null) {
    return (
      <div class="empty">
        <h1>Deliveries</h1>
        <p>Loading…</p>
      </div>
    );
  }
  if (feed.items.length === 0 && open === null) return <FirstVisit local={local} />;
  return (
    <Split
      list={<FeedList feed={feed} openKey={openKey(route)} />}
      open={open}
      closeHref="#/deliveries"
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

function FeedList({ feed, openKey }: { feed: Feed; openKey: string }) {
  const { loadOlder } = useLive();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function older(): Promise<void> {
    setBusy(true);
    setProblem(await loadOlder());
    setBusy(false);
  }

  return (
    <section aria-labelledby="deliveries-title">
      <h1 id="deliveries-title" class="unseen">
        Deliveries
      </h1>
      {byDay(feed.items).map(({ day, items }) => (
        <section key={day} aria-label={day}>
          <h2 class="day">{day}</h2>
          <ol class="wire" onKeyDown={walkRows}>
            {items.map((item) => (
              <FeedRow
                key={keyOf(item)}
                item={item}
                open={keyOf(item) === openKey}
                arrived={item.kind === "delivery" && feed.arrived.has(item.delivery.id)}
              />
            ))}
          </ol>
        </section>
      ))}
      {problem !== null && <Problem text={problem} />}
      {feed.next !== null && (
        <p class="more">
          <button type="button" disabled={busy} onClick={() => void older()}>
            {busy ? "Loading…" : "Show older deliveries"}
          </button>
        </p>
      )}
    </section>
  );
}

function byDay(items: readonly FeedItem[]): { day: string; items: FeedItem[] }[] {
  const now = new Date();
  const days: { day: string; items: FeedItem[] }[] = [];
  for (const item of items) {
    const day = dayName(item.at, now);
    const current = days.at(-1);
    if (current?.day === day) current.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}
