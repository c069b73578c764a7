/**
 * Text from outside, as text: direction and control characters become visible escapes, marked as ours, and what is written
 * from right to left keeps to its place.
 */
import { printableText } from "../../base/printable.ts";

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
