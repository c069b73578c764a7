/** Names and values, and long lists. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count, counted } from "../time.ts";
import { PrintableText } from "./text.tsx";

/** Names and values, one a line. A fact without a value is left out. */
export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === null || children === false || children === undefined || children === "") return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The call's headers as they were kept: secrets are not among them. */
export function Headers({ headers }: { headers: Readonly<Record<string, string>> }) {
  return (
    <dl class="headers">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name}>
          <dt>
            <PrintableText text={name} />
          </dt>
          <dd class={value === "[redacted]" ? "redacted" : undefined}>
            <PrintableText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A long list, some rows at a time: a thousand events at once would make the page slow for everybody. */
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

/** Where something departed from the shape that Okta documents. It was kept all the same. */
export function SchemaDeviations({ deviations, what }: { deviations: readonly string[]; what: string }) {
  if (deviations.length === 0) return null;
  return (
    <details class="schema-deviations">
      <summary>
        {counted(deviations.length, "schema deviation")} from the documented {what}
      </summary>
      <ul>
        <IncrementalList
          items={deviations}
          step={50}
          what="schema deviations"
          row={(departure) => (
            <li key={departure}>
              <PrintableText text={departure} />
            </li>
          )}
        />
      </ul>
    </details>
  );
}
