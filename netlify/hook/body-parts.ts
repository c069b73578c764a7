/**
 * A body in its parts, and put together again of them. Each event is stored once, wherever it came again, so a body is kept as its
 * envelope and the places of its events; the white space around them is kept only where there is some.
 */
import { outlineJson } from "./json-text.ts";

/** What of a body is left without its events. */
export interface BodyParts {
  /** What stands before the first event and after the last: `{"data":{"events":[]}, …}`, as it was written. */
  readonly envelope: string;
  /**
   * What stands before each event: white space before the first, a comma and white space before the others. Where that is the same
   * before all others, the list ends with the second. Null: nothing, and bare commas, as `JSON.stringify` writes it.
   */
  readonly gaps: readonly string[] | null;
}

/** One event of a body, or several with commas between them. */
export interface BodyPiece {
  /** The place of the first in `data.events`, from 0. */
  readonly position: number;
  readonly text: string;
}

/** Of more events than this the gaps are kept only where they are all the same: a million zeros must not become a million texts. */
const MAX_UNEVEN_GAPS = 1_000;

const MAX_DEPTH = 100;

/** @param spans where its events stand: see `outlineJson` */
export function splitBody(body: string, spans: readonly number[]): BodyParts {
  const [start, end] = [spans[0], spans.at(-1)];
  if (start === undefined || end === undefined) return { envelope: body, gaps: null };
  return { envelope: body.slice(0, start) + body.slice(end), gaps: readGaps(body, spans, start) };
}

/**
 * Puts a body together.
 * @param pieces in their order; one that is missing is left out
 * @returns null where the envelope has no place for events
 */
export function joinBody({ envelope, gaps }: BodyParts, pieces: readonly BodyPiece[]): string | null {
  const { listStart } = outlineJson(envelope, MAX_DEPTH);
  if (listStart < 0) return null;
  const first = listStart + (gaps?.[0]?.length ?? 0);
  const gapBefore = (position: number) => gaps?.[position] ?? gaps?.[1] ?? ",";
  const events = pieces.map(({ position, text }, index) => (index === 0 ? text : gapBefore(position) + text));
  return envelope.slice(0, first) + events.join("") + envelope.slice(first);
}

function readGaps(body: string, spans: readonly number[], start: number): string[] | null {
  const before = body.slice(body.lastIndexOf("[", start - 1) + 1, start);
  const others = spans.length / 2 - 1;
  const gap = (number: number) => body.slice(spans[2 * number - 1], spans[2 * number]);
  const second = others > 0 ? gap(1) : ",";
  let same = 1;
  while (same < others && gap(same + 1) === second) same += 1;
  if (same >= others) return before === "" && second === "," ? null : [before, second].slice(0, others + 1);
  if (others >= MAX_UNEVEN_GAPS) return null;
  return [before, ...Array.from({ length: others }, (_, index) => gap(index + 1))];
}
