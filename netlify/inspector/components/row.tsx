/**
 * One line of a list: a card on a narrow screen, a line of a table on a wide one. Its statusDot and its edge say how it stands with
 * its handlers; the words beside say the same.
 */
import type { ComponentChildren } from "preact";
import type { HandlersStatus, Party } from "../../api/schema/events.ts";
import { PrintableText } from "./printable-text.tsx";
import { Time } from "./time.tsx";

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
export function RowHeads({ last }: { last: readonly string[] }) {
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
