/** Deliveries and rejected calls, kept up to date while the page is open. */
import { useState } from "preact/hooks";
import { noFilter } from "../../address/route.ts";
import { type Feed, keyOf, timeOf } from "../../asking/feed.ts";
import { useLive } from "../../asking/use-live.ts";
import { Days } from "../../parts/days.tsx";
import { Problem } from "../../parts/problem.tsx";
import { DeliveryFilters } from "./delivery-filters.tsx";
import { FeedRow } from "./feed-row.tsx";
import { SendSample } from "./send-sample.tsx";

/** What stands in the last columns of a delivery. */
export const deliveryHeads = ["Handlers", "Came", "Answered in"];

export function FeedList({ feed, openKey, local }: { feed: Feed; openKey: string; local: boolean }) {
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
      <DeliveryFilters filter={noFilter}>{local && <SendSample look="quiet" />}</DeliveryFilters>
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
