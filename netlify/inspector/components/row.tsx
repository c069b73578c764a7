/**
 * One line of a list: a card on a narrow screen, a line of a table on a wide one. Its statusDot and its edge say how it stands with
 * its handlers; the words beside say the same.
 */

import type { ComponentChildren } from "preact";
import type { HandlersStatus, Party } from "../../api/schema/events.ts";
import { dayName, timeZone } from "../time.ts";
import { PrintableText, Time } from "./text.tsx";

export interface RowProps {
  readonly href: string;
  readonly open: boolean;
  readonly at: string;
  /** How the statusDot looks: see timeline.css. */
  readonly statusDot: string;
  /** null: nothing was handed to handlers. */
  readonly state: HandlersStatus["state"] | null;
  readonly title: ComponentChildren;
  /** The whole of it in a sentence, for who has no room for columns. */
  readonly sentence: ComponentChildren;
  readonly actor: Party | null;
  readonly target: Party | null;
  readonly children: ComponentChildren;
}

export function Row({
  href,
  open,
  at,
  statusDot,
  state,
  title,
  sentence,
  actor,
  target,
  children,
}: RowProps) {
  return (
    <a class={`row ${state ?? ""}`} href={href} aria-current={open ? "true" : undefined}>
      <Time at={at} look="short" />
      <span class={`status-dot ${statusDot}`} aria-hidden="true" />
      <span class="title">{title}</span>
      <span class="who">{sentence}</span>
      <PartyCell party={actor} />
      <PartyCell party={target} />
      <span class="meta">{children}</span>
    </a>
  );
}

function PartyCell({ party }: { party: Party | null }) {
  const name = party?.name ?? party?.login ?? party?.id;
  return (
    <span
      class="party"
      title={[party?.name, party?.login, party?.id].filter((text) => text != null).join(", ")}
    >
      {name != null && <PrintableText text={name} />}
    </span>
  );
}

/** The heads of the columns, where there are columns. */
function RowHeads({ last }: { last: readonly string[] }) {
  return (
    <div class="row heads" aria-hidden="true">
      <span>Time</span>
      <span />
      <span>Event type</span>
      <span class="party">Who</span>
      <span class="party">To whom</span>
      <span class="meta">
        {last.map((name) => (
          <span key={name}>{name}</span>
        ))}
      </span>
    </div>
  );
}

/** A list of moments, newest first, under a heading for each day. */
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
