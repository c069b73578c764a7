/** Deliveries and rejected calls, kept up to date while the page is open. */
import { useRef, useState } from "preact/hooks";
import { Days } from "../../components/days.tsx";
import { More } from "../../components/more.tsx";
import { Problem } from "../../components/problem.tsx";
import { type Feed, keyOf, timeOf } from "../../data/feed.ts";
import { useLive } from "../../data/use-live.ts";
import { noFilter } from "../../routing/route.ts";
import { FeedRow } from "./feed-row.tsx";

/** What stands in the last columns of a delivery. */
export const deliveryHeads = ["Handlers", "Came", "Answered in"];

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
