/** Text from outside, and times. */

import { Fragment } from "preact";
import type { Party } from "../../api/schema/events.ts";
import { printableText } from "../../base/printable.ts";
import { clockTime, exactTime, relativeTime } from "../time.ts";

/**
 * Text from outside, as text: direction and control characters become visible escapes, marked as ours, and what is written
 * from right to left keeps to its place.
 */
export function PrintableText({ text }: { text: string }) {
  const printable = printableText(text);
  if (printable === text) return <bdi>{text}</bdi>;
  return <bdi>{split(text)}</bdi>;
}

function split(text: string) {
  const parts: (string | preact.JSX.Element)[] = [];
  let plain = "";
  for (const character of text) {
    const printable = printableText(character);
    if (printable === character) {
      plain += character;
      continue;
    }
    if (plain !== "") parts.push(plain);
    plain = "";
    parts.push(
      <span class="escape" title="A character that does not show, as its escape">
        {printable}
      </span>,
    );
  }
  return [...parts, plain];
}

/** An event type such as `user.lifecycle.create`; on a narrow screen it breaks between its parts. */
export function EventType({ type }: { type: string }) {
  return (
    <span>
      {type.split(/(?<=[._])/).map((part, index) => (
        // Parts repeat: only the place tells them apart.
        <Fragment key={`${index} ${part}`}>
          <PrintableText text={part} />
          <wbr />
        </Fragment>
      ))}
    </span>
  );
}

/** A sentence about an event. Each name in it keeps to its own direction, so that one from right to left does not turn the rest. */
export function Sentence({ text, about }: { text: string; about: readonly (Party | null)[] }) {
  const names = about.flatMap((party) => [party?.name, party?.login]).filter((name) => name != null);
  return (
    <>
      {splitAt(text, names).map((part, index) => (
        // Parts repeat: only the place tells them apart.
        <PrintableText key={`${index} ${part}`} text={part} />
      ))}
    </>
  );
}

/** The text in parts: the first place of each name, and what is between them. */
function splitAt(text: string, names: readonly string[]): string[] {
  let parts = [text];
  for (const name of names) {
    if (name === "") continue;
    const at = parts.findIndex((part) => part !== name && part.includes(name));
    const part = parts[at];
    if (part === undefined) continue;
    const start = part.indexOf(name);
    const cut = [part.slice(0, start), name, part.slice(start + name.length)];
    parts = [...parts.slice(0, at), ...cut.filter((piece) => piece !== ""), ...parts.slice(at + 1)];
  }
  return parts;
}

/** `short`: how long ago and the clock, where the day is said elsewhere. `bare`: how long ago alone. */
export function Time({ at, look = "full" }: { at: string; look?: "full" | "short" | "bare" }) {
  const ago = relativeTime(at, new Date());
  return (
    <time dateTime={at} title={look === "full" ? at : `${exactTime(at)} (${at})`}>
      {ago}
      {look !== "bare" && <span class="exact"> {look === "short" ? clockTime(at) : exactTime(at)}</span>}
    </time>
  );
}
