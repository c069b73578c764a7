/** Events over time, for who would rather look than read. Drawing a span across it narrows the list to that time. */
import { useCallback, useRef, useState } from "preact/hooks";
import type { Answer } from "../../../api/client/call-api.ts";
import type { Activity } from "../../../api/schema/events.ts";
import { PrintableText } from "../../components/printable-text.tsx";
import { Time } from "../../components/time.tsx";
import { fetchActivity } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import { type EventFilter, formatRoute } from "../../routing/route.ts";
import { conditionsOf, roundSpan, spanOf, timeRanges } from "../../routing/time-range.ts";
import { goTo } from "../../routing/use-route.ts";
import { count, counted, duration } from "../../time.ts";
import { ActivityChart } from "./activity-chart.tsx";
import { typesOf } from "./stack-activity.ts";

export function ActivityPanel({ filter }: { filter: EventFilter }) {
  const key = formatRoute({ view: "events", filter, uuid: null });
  const { value: latest, problem } = useQuery(key, () => loadActivity(filter), "changes");
  // Another filter keeps the drawing until its own is known, so that the list below stays where it is.
  const last = useRef(latest);
  if (latest !== null || problem !== null) last.current = latest;
  const value = last.current;
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

  if (value === null) return problem === null ? <div class="activity unknown" aria-hidden="true" /> : null;
  const total = totalOf(value);
  if (total === 0) return null;
  const failures = value.buckets.reduce((sum, bucket) => sum + bucket.failures, 0);
  const bucket = pointed === null ? undefined : value.buckets[pointed];
  return (
    <figure class="activity">
      <figcaption>
        {bucket === undefined ? (
          <>
            <strong>{counted(total, "event")}</strong>, {counted(failures, "failure")} in Okta,{" "}
            {duration(Date.parse(value.to) - Date.parse(value.from))} in steps of{" "}
            {duration(value.stepSeconds * 1000)}
            {value.countedFrom !== null && (
              <>
                . So many fit that only those since <Time at={value.countedFrom} /> are counted.
              </>
            )}
          </>
        ) : (
          <>
            <Time at={bucket.at} />: <strong>{counted(bucket.total, "event")}</strong>,{" "}
            {counted(bucket.failures, "failure")} in Okta
          </>
        )}
      </figcaption>
      <ActivityChart
        activity={value}
        label={`${counted(total, "event")} over time, ${counted(failures, "failure")} in Okta`}
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
            failed in Okta <span class="many">{count(failures)}</span>
          </li>
        )}
      </ul>
    </figure>
  );
}

/** Without a chosen span: the shortest usual one that holds everything of the last 30 days. */
async function loadActivity(filter: EventFilter): Promise<Answer<Activity>> {
  const now = new Date();
  const { from: fromText, to: toText } = spanOf(filter, now);
  if (fromText !== undefined || toText !== undefined) {
    const to = toText === undefined ? now : new Date(toText);
    const from = fromText === undefined ? new Date(to.getTime() - LONGEST_RANGE.ms) : new Date(fromText);
    // A made-up time in the address: the API says what is wrong with it.
    const isTime = !Number.isNaN(from.getTime()) && !Number.isNaN(to.getTime());
    return isTime ? spanFor(filter, from, to) : fetchActivity(spanOf(filter, now), 1);
  }
  let best: Answer<Activity> = await spanFor(filter, new Date(now.getTime() - LONGEST_RANGE.ms), now);
  for (const { ms } of timeRanges.toReversed().slice(1)) {
    if (best.outcome !== "ok" || totalOf(best.value) === 0) return best;
    const shorter = await spanFor(filter, new Date(now.getTime() - ms), now);
    if (shorter.outcome === "ok" && totalOf(shorter.value) < totalOf(best.value)) return best;
    best = shorter;
  }
  return best;
}

const LONGEST_RANGE = timeRanges.at(-1) ?? { ms: 0 };

function spanFor(filter: EventFilter, from: Date, to: Date): Promise<Answer<Activity>> {
  const span = roundSpan(from, to);
  return fetchActivity(
    { ...conditionsOf(filter), from: span.from.toISOString(), to: span.to.toISOString() },
    span.steps,
  );
}

function totalOf({ buckets }: Activity): number {
  return buckets.reduce((sum, { total }) => sum + total, 0);
}
