/** A list of moments, newest first, under a heading for each day. */
import type { ComponentChildren } from "preact";
import { dayName } from "../time.ts";

export interface DaysProps<Item> {
  readonly items: readonly Item[];
  readonly at: (item: Item) => string;
  readonly row: (item: Item) => ComponentChildren;
}

export function Days<Item>({ items, at, row }: DaysProps<Item>) {
  return (
    <>
      {byDay(items, at).map(({ day, items: ofDay }) => (
        <section key={day} aria-label={day}>
          <h2 class="day">{day}</h2>
          <ol class="wire">{ofDay.map(row)}</ol>
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
