/** A long list, some rows at a time: a thousand events at once would make the page slow for everybody. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count } from "../time.ts";

export function IncrementalList<Item>({
  items,
  step,
  what,
  row,
}: {
  items: readonly Item[];
  step: number;
  /** What the rows are, e.g. `events`. */
  what: string;
  row: (item: Item, index: number) => ComponentChildren;
}) {
  const [shown, setShown] = useState(step);
  const left = items.length - shown;
  return (
    <>
      {items.slice(0, shown).map(row)}
      {left > 0 && (
        <li class="more">
          <button type="button" onClick={() => setShown(shown + step)}>
            Show {count(Math.min(left, step))} more of {count(left)} {what}
          </button>
        </li>
      )}
    </>
  );
}
