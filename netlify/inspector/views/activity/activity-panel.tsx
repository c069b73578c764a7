/** Events over time, for who would rather look than read. Drawing a span across it narrows the list to that time. */
import { useCallback, useRef, useState } from "preact/hooks";
import type { Answer } from "../../../api/client/call-api.ts";
import type { Activity } from "../../../api/schema/events.ts";
import { Time } from "../../components/text.tsx";
import { fetchActivity } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import { type EventFilter, formatRoute } from "../../routing/route.ts";
import { conditionsOf, roundSpan, spanOf, timeRanges } from "../../routing/time-range.ts";
import { goTo } from "../../routing/use-route.ts";
import { count, counted, duration } from "../../time.ts";
import { ActivityChart } from "./activity-chart.tsx";
import { kinds, totalOf } from "./stack-activity.ts";

export function ActivityPanel({ filter }: { filter: EventFilter }) {
  const key = formatRoute({ view: "events", filter, uuid: null });
  const { value: latest, problem } = useQuery(key, () => loadActivity(key, filter), "changes");
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
  const total = totalOf(value, "total");
  if (total === 0) return null;
  const words = kinds
    .map(({ kind, label }) => ({ many: totalOf(value, kind), label }))
    .filter(({ many }) => many > 0)
    .map(({ many, label }) => `${count(many)} ${label}`)
    .join(", ");
  const bucket = pointed === null ? undefined : value.buckets[pointed];
  return (
    <figure class="activity">
      <figcaption>
        {bucket === undefined ? (
          <>
            <strong>{counted(total, "event")}</strong>,{" "}
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
            <Time at={bucket.at} />: <strong>{counted(bucket.total, "event")}</strong>
            {kinds.map(({ kind, label }) => bucket[kind] > 0 && `, ${count(bucket[kind])} ${label}`)}
          </>
        )}
      </figcaption>
      <ActivityChart
        activity={value}
        label={`${counted(total, "event")} over time: ${words}`}
        onPoint={setPointed}
        onSelect={select}
      />
      <ul class="legend">
        {kinds.map(({ kind, label }) => (
          <li key={kind}>
            <span class={`swatch made-${kind}`} aria-hidden="true" />
            {label} <span class="many">{count(totalOf(value, kind))}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** The span that is shown while a filter names none. */
const shownSpans = new Map<string, number>();

/** Without a chosen span: the shortest usual one that holds everything of the last 30 days. */
async function loadActivity(key: string, filter: EventFilter): Promise<Answer<Activity>> {
  const now = new Date();
  const { from: fromText, to: toText } = spanOf(filter, now);
  if (fromText !== undefined || toText !== undefined) {
    const to = toText === undefined ? now : new Date(toText);
    const from = fromText === undefined ? new Date(to.getTime() - LONGEST_RANGE.ms) : new Date(fromText);
    // A made-up time in the address: the API says what is wrong with it.
    const isTime = !Number.isNaN(from.getTime()) && !Number.isNaN(to.getTime());
    return isTime ? spanFor(filter, from, to) : fetchActivity(spanOf(filter, now), 1);
  }
  // Asked again: the span stays, so that one call does.
  const known = shownSpans.get(key);
  const ranges = known === undefined ? timeRanges.toReversed() : timeRanges.filter(({ ms }) => ms === known);
  let best: { ms: number; answer: Answer<Activity> } | null = null;
  for (const { ms } of ranges) {
    if (best !== null && (best.answer.outcome !== "ok" || !fitsInto(best.answer.value, ms, now))) break;
    const answer = await spanFor(filter, new Date(now.getTime() - ms), now);
    const isShorter = best !== null && best.answer.outcome === "ok" && answer.outcome === "ok";
    if (isShorter && totalIn(answer) < totalIn(best?.answer)) break;
    best = { ms, answer };
  }
  if (best === null) return await spanFor(filter, new Date(now.getTime() - LONGEST_RANGE.ms), now);
  shownSpans.clear();
  shownSpans.set(key, best.ms);
  return best.answer;
}

/** Whether everything that was counted may lie within the last so much time. */
function fitsInto({ buckets, stepSeconds }: Activity, ms: number, now: Date): boolean {
  const first = buckets.find(({ total }) => total > 0);
  return first !== undefined && Date.parse(first.at) + stepSeconds * 1000 >= now.getTime() - ms;
}

const totalIn = (answer: Answer<Activity> | undefined) =>
  answer?.outcome === "ok" ? totalOf(answer.value, "total") : 0;

const LONGEST_RANGE = timeRanges.at(-1) ?? { ms: 0 };

function spanFor(filter: EventFilter, from: Date, to: Date): Promise<Answer<Activity>> {
  const span = roundSpan(from, to);
  return fetchActivity(
    { ...conditionsOf(filter), from: span.from.toISOString(), to: span.to.toISOString() },
    span.steps,
  );
}
