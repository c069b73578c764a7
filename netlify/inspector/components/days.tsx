/** A list of moments, newest first, under a heading for each day. */
import type { ComponentChildren } from "preact";
import { dayName, timeZone } from "../time.ts";
import { RowHeads } from "./row.tsx";

export interface DaysProps<Item> {
  /** The heads of the last columns, where there are columns. */
  readonly heads: readonly string[];
  readonly items: readonly Item[];
  readonly at: (item: Item) => string;
  readonly row: (item: Item) => ComponentChildren;
}

export function Days<Item>({ heads, items, at, row }: DaysProps<Item>) {
  return (
    <>
      {items.length > 0 && <RowHeads last={heads} />}
      {byDay(items, at).map(({ day, items: ofDay }, index) => (
        <section key={day} aria-label={day}>
          <h2 class="day">
            {day}
            {index === 0 && <span class="zone"> times in {timeZone}</span>}
          </h2>
          <ol class="timeline">{ofDay.map(row)}</ol>
        </section>
      ))}
    </>
  );
}

function byDay<Item>(items: readonly Item[], at: (item: Item) => string): { day: string; items: Item[] }[] {
  const now = new Date();
  const days: { day: string; items: Item[] }[] = [];
  for (const item of items) {
    const day = dayName(at(item), now);
    const current = days.at(-1);
    if (current?.day === day) current.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}
