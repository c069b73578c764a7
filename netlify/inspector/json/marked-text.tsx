/** Text of a JSON text with what was found in it marked; of a long one a part, which goes along with the match that is looked at. */
import { useEffect, useRef, useState } from "preact/hooks";
import { PrintableText } from "../components/text.tsx";
import { count } from "../time.ts";
import { holdsCurrent, matchesWithin, type Search } from "./find-in-json.ts";

export interface MarkedTextProps {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly search: Search;
}

export function MarkedText({ text, start, end, search }: MarkedTextProps) {
  const found = matchesWithin(search.found, start, end);
  if (found.length === 0) return <PrintableText text={text.slice(start, end)} />;
  const parts: preact.JSX.Element[] = [];
  let at = start;
  for (const one of found) {
    const from = Math.max(one.start, start);
    if (from > at) parts.push(<PrintableText key={at} text={text.slice(at, from)} />);
    at = Math.min(one.end, end);
    const step = one === search.current ? search.step : null;
    parts.push(<Mark key={from} text={text.slice(from, at)} step={step} />);
  }
  if (at < end) parts.push(<PrintableText key={at} text={text.slice(at, end)} />);
  return <>{parts}</>;
}

/** @param step which step led to it; null: it is not looked at. */
function Mark({ text, step }: { text: string; step: number | null }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (step !== null) box.current?.scrollIntoView({ block: "center" });
  }, [step]);
  return (
    <mark ref={box} class={step === null ? undefined : "current"}>
      <PrintableText text={text} />
    </mark>
  );
}

/** A megabyte in one line takes a browser seconds to lay out. */
const SHOWN_AT_FIRST = 2_000;
const MORE_STEP = 20_000;
/** So much stands before a match that was far from what is shown. */
const LEAD = 500;

/** A text of any length: its beginning, or what is around the match, and buttons for more. */
export function LongText(props: MarkedTextProps) {
  const { text, start, end, search } = props;
  const [shown, setShown] = useState(() => aroundMatch(props) ?? { from: start, to: start + SHOWN_AT_FIRST });
  useEffect(() => {
    if (search.step > 0) setShown((before) => aroundMatch(props, before) ?? before);
  }, [search.step]);
  const from = Math.max(shown.from, start);
  const to = Math.min(shown.to, end);
  return (
    <>
      {from > start && (
        <button
          type="button"
          class="quiet"
          onClick={() => setShown({ from: Math.max(start, from - MORE_STEP), to })}
        >
          {count(from - start)} characters before …
        </button>
      )}
      <MarkedText text={text} start={from} end={to} search={search} />
      {end > to && (
        <button type="button" class="quiet" onClick={() => setShown({ from, to: to + MORE_STEP })}>
          … {count(end - to)} more characters
        </button>
      )}
    </>
  );
}

/** What to show for the match that is looked at; null: it is elsewhere, or among what is shown. */
function aroundMatch(
  { start, end, search }: MarkedTextProps,
  shown: { from: number; to: number } = { from: start, to: start + SHOWN_AT_FIRST },
): { from: number; to: number } | null {
  const { current } = search;
  if (current === null || !holdsCurrent(search, start, end)) return null;
  if (current.start >= shown.from && current.start < shown.to) return null;
  return {
    from: Math.max(start, current.start - LEAD),
    to: Math.min(end, current.start - LEAD + SHOWN_AT_FIRST),
  };
}
