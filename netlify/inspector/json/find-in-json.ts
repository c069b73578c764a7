/**
 * Finds a text in a JSON text: within keys, strings, numbers and words, whatever its capitals. It is found as it was written and, in
 * a string with escapes, as that reads: `jöhn` finds `"j\u00f6hn"`.
 */
import { eachToken } from "./scan-json.ts";

/** Where it stands; the whole string where only its escapes hide it. */
export interface JsonMatch {
  readonly start: number;
  readonly end: number;
}

/** What was found, and which of it is looked at. */
export interface Search {
  /** In the text's order. */
  readonly found: readonly JsonMatch[];
  readonly current: JsonMatch | null;
  /** Rises with each step to a match: it is to be shown, again if need be. */
  readonly step: number;
}

/** More are not looked for: nobody goes through them, and a million would take half a second. */
export const MAX_MATCHES = 10_000;

/** @param isJson whether `text` is JSON; if not, it is searched as it stands. */
export function findInJson(text: string, wanted: string, isJson: boolean): JsonMatch[] {
  const found: JsonMatch[] = [];
  if (wanted === "") return found;
  const pattern = wanted.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const written = new RegExp(pattern, "giu");
  const reads = new RegExp(pattern, "iu");
  let match = written.exec(text);
  let backslash = text.indexOf("\\");

  const lookInto = (start: number, end: number) => {
    const before = found.length;
    if (found.length >= MAX_MATCHES) return;
    while (match !== null && match.index < end && found.length < MAX_MATCHES) {
      const matchEnd = match.index + match[0].length;
      if (match.index >= start && matchEnd <= end) {
        found.push({ start: match.index, end: matchEnd });
        written.lastIndex = matchEnd;
      } else {
        // It begins before this token or ends behind it; another may begin within it.
        const next = match.index + ((text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1);
        written.lastIndex = Math.max(start, next);
      }
      match = written.exec(text);
    }
    if (found.length > before || !isJson) return;
    if (backslash >= 0 && backslash < start) backslash = text.indexOf("\\", start);
    if (backslash >= start && backslash < end && reads.test(String(JSON.parse(text.slice(start, end))))) {
      found.push({ start, end });
    }
  };
  if (isJson) eachToken(text, lookInto);
  else lookInto(0, text.length);
  return found;
}

/** Those that have a part between `start` and `end`. */
export function matchesWithin(found: readonly JsonMatch[], start: number, end: number): readonly JsonMatch[] {
  const first = firstFrom(found, start);
  let last = first;
  while (last < found.length && (found[last]?.start ?? end) < end) last += 1;
  return found.slice(first, last);
}

/** Whether a part of the text holds the match that is looked at. */
export function holdsCurrent({ current }: Search, start: number, end: number): boolean {
  return current !== null && current.start >= start && current.end <= end;
}

/** The first that ends behind `start`. */
function firstFrom(found: readonly JsonMatch[], start: number): number {
  let [low, high] = [0, found.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((found[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}
