/** A sentence about an event. Each name in it keeps to its own direction, so that one from right to left does not turn the rest. */
import type { Party } from "../../api/schema/events.ts";
import { PrintableText } from "./printable-text.tsx";

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
