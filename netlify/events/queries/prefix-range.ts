/**
 * A prefix as a range: everything that begins with `prefix` is `>= from` and, unless `below` is null, `< below`. Exact in the
 * order of collation "C", which for UTF-8 is the order of code points. No character of it is a pattern.
 */
export interface PrefixRange {
  readonly from: string;
  readonly below: string | null;
}

/** The range of a prefix. */
export function prefixRange(prefix: string): PrefixRange {
  const points = Array.from(prefix);
  while (points.length > 0) {
    const next = pointAfter(points.pop()?.codePointAt(0) ?? 0);
    if (next !== null) return { from: prefix, below: points.join("") + String.fromCodePoint(next) };
  }
  return { from: prefix, below: null };
}

/** As Postgres's `lower` does under collation "C": the letters A to Z alone. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The next code point that can be stored; null after the last. */
function pointAfter(point: number): number | null {
  if (point >= 0x10_ff_ff) return null;
  return point === 0xd7_ff ? 0xe0_00 : point + 1;
}
