/** What came, as it comes; and one of it, opened. */
import { useState } from "preact/hooks";
import { type Feed, keyOf } from "../feed.ts";
import { Days } from "../parts/days.tsx";
import { Problem } from "../parts/problem.tsx";
import { Split } from "../parts/split.tsx";
import type { Route } from "../route.ts";
import { useLive } from "../use-live.ts";
import { DeliveryView } from "./delivery-view.tsx";
import { FeedRow } from "./feed-row.tsx";
import { FirstVisit } from "./first-visit.tsx";
import { RejectionView } from "./rejection-view.tsx";
import { SendSample } from "./send-sample.tsx";

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
      list={<FeedList feed={feed} openKey={openKey(route)} local={local} />}
      open={open === null ? null : { key: openKey(route), content: open }}
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

function FeedList({ feed, openKey, local }: { feed: Feed; openKey: string; local: boolean }) {
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
      {local && (
        <div class="tools">
          <SendSample look="quiet" />
        </div>
      )}
      <Days
        items={feed.items}
        at={(item) => item.at}
        row={(item) => (
          <FeedRow
            key={keyOf(item)}
            item={item}
            open={keyOf(item) === openKey}
            arrived={item.kind === "delivery" && feed.arrived.has(item.delivery.id)}
          />
        )}
      />
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
