/** Events over time, for who would rather look than read. Drawing a span across it narrows the list to that time. */
import { useCallback, useState } from "preact/hooks";
import type { Activity } from "../../api/contract.ts";
import { fetchActivity } from "../api.ts";
import type { Answer } from "../call-api.ts";
import { PrintableText } from "../parts/printable-text.tsx";
import { Time } from "../parts/time.tsx";
import type { EventFilter } from "../route.ts";
import { count, counted, duration } from "../time.ts";
import { spanOf, timeRanges } from "../time-range.ts";
import { useAnswer } from "../use-answer.ts";
import { useLive } from "../use-live.ts";
import { goTo } from "../use-route.ts";
import { useWhenChanged } from "../use-when-changed.ts";
import { ActivityChart } from "./activity-chart.tsx";
import { typesOf } from "./stack-activity.ts";

const BUCKETS = 60;

export function ActivityPanel({ filter }: { filter: EventFilter }) {
  const arrived = useLive().feed?.arrived.size ?? 0;
  const key = `${filter.last} ${filter.from} ${filter.to}`;
  const { value, again } = useAnswer(key, () => askActivity(filter));
  useWhenChanged(arrived, again);
  const [pointed, setPointed] = useState<number | null>(null);
  const select = useCallback(
    (from: Date, to: Date) =>
      goTo({
        view: "events",
        filter: { ...filter, last: "", from: from.toISOString(), to: to.toISOString() },
        uuid: null,
      }),
    [filter],
  );

  const total = value?.buckets.reduce((sum, bucket) => sum + bucket.total, 0) ?? 0;
  if (value === null || total === 0) return null;
  const failures = value.buckets.reduce((sum, bucket) => sum + bucket.failures, 0);
  const bucket = pointed === null ? undefined : value.buckets[pointed];
  return (
    <figure class="activity">
      <figcaption>
        {bucket === undefined ? (
          <>
            <strong>{counted(total, "event")}</strong>, {counted(failures, "failure")},{" "}
            {duration(Date.parse(value.to) - Date.parse(value.from))} in steps of{" "}
            {duration(value.stepSeconds * 1000)}
          </>
        ) : (
          <>
            <Time at={bucket.at} />: <strong>{counted(bucket.total, "event")}</strong>,{" "}
            {counted(bucket.failures, "failure")}
          </>
        )}
      </figcaption>
      <ActivityChart
        activity={value}
        label={`${counted(total, "event")} over time, ${counted(failures, "failure")}`}
        onPoint={setPointed}
        onSelect={select}
      />
      <ul class="legend">
        {typesOf(value).map(({ type, total: many, colour }) => (
          <li key={type}>
            <span class={`swatch type-${colour}`} aria-hidden="true" />
            <PrintableText text={type} /> <span class="many">{count(many)}</span>
          </li>
        ))}
        {failures > 0 && (
          <li>
            <span class="swatch failure" aria-hidden="true" />
            failures <span class="many">{count(failures)}</span>
          </li>
        )}
      </ul>
    </figure>
  );
}

/** Without a chosen span: the shortest usual one that holds everything of the last 30 days. */
async function askActivity(filter: EventFilter): Promise<Answer<Activity>> {
  const now = new Date();
  const span = spanOf(filter, now);
  if (span.length > 0) return fetchActivity(span, BUCKETS);
  let best: Answer<Activity> | null = null;
  for (const range of timeRanges.toReversed()) {
    const oldestMs = best?.outcome === "ok" ? oldestOf(best.value) : 0;
    if (oldestMs !== 0 && oldestMs < now.getTime() - range.ms) break;
    const answer: Answer<Activity> = await fetchActivity(spanOf({ ...filter, last: range.id }, now), BUCKETS);
    if (answer.outcome !== "ok") return answer;
    best = answer;
    if (oldestOf(answer.value) === 0) break;
  }
  return best ?? { outcome: "unreachable", status: null };
}

/** When the first step with an event in it begins; 0 where there is none. */
function oldestOf({ buckets }: Activity): number {
  const first = buckets.find(({ total }) => total > 0);
  return first === undefined ? 0 : Date.parse(first.at);
}
