/**
 * JSON as text: what can only be learned before, or lost by, `JSON.parse`. How deep it nests (recursive code overflows
 * on depth), and where each event stands, so that it can be kept exactly as Okta wrote it. Builds no values.
 */

/** What one walk over a JSON text finds. Only meaningful where `JSON.parse` accepts the text. */
export interface JsonOutline {
  /** The deepest nesting of objects and arrays; 0 for a bare value. The walk stops at `maxDepth + 1`. */
  readonly depth: number;
  /**
   * Where the elements of the array at `data.events` stand in the text, in order: the start and the end of the first, of the
   * second, and so on, so that element n is `text.slice(spans[2 * n], spans[2 * n + 1])`. None where there is no such array.
   * Bare numbers, since there can be millions.
   */
  readonly spans: readonly number[];
  /** Where that array's first element stands, or would: behind its bracket. -1 where there is no such array. */
  readonly listStart: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** How deep an element of `data.events` stands: in the body, in `data`, in the list. */
const EVENTS_DEPTH = 3;

/**
 * Walks once over a JSON text, in time linear in its length and without recursion. Of a repeated key the last one counts, as in
 * `JSON.parse`: a second `data` takes the place of the first one's events.
 * @param maxDepth where to stop: a text that nests deeper is reported as `maxDepth + 1` deep.
 */
export function outlineJson(text: string, maxDepth: number): JsonOutline {
  let depth = 0;
  let deepest = 0;
  /** Whether the container at depth 1, 2 is `{` and `{`, with `data` then `events` as the current keys. */
  let atData = false;
  let inData = false;
  let atEvents = false;
  let inEvents = false;
  let key = "";
  let elementStart = -1;
  let elementEnd = -1;
  let spans: number[] = [];
  let listStart = -1;

  const closeElement = () => {
    if (elementStart >= 0) spans.push(elementStart, elementEnd);
    elementStart = -1;
  };

  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= SPACE) continue;
    if (inEvents && depth === EVENTS_DEPTH && code !== COMMA && code !== CLOSE_BRACKET && elementStart < 0) {
      elementStart = index;
    }
    switch (code) {
      case QUOTE: {
        const start = index;
        index = endOfString(text, index);
        if (depth <= 2) key = text.slice(start, index + 1);
        break;
      }
      case COLON:
        if (depth === 1) {
          atData = isKey(key, "data");
          if (atData) [spans, listStart] = [[], -1];
        } else if (depth === 2 && inData) {
          atEvents = isKey(key, "events");
          if (atEvents) [spans, listStart] = [[], -1];
        }
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        if (depth > deepest) deepest = depth;
        if (depth > maxDepth) return { depth, spans: [], listStart: -1 };
        if (depth === 2) inData = atData && code === OPEN_BRACE;
        else if (depth === EVENTS_DEPTH) {
          inEvents = inData && atEvents && code === OPEN_BRACKET;
          if (inEvents) listStart = index + 1;
        }
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (inEvents && depth === EVENTS_DEPTH) {
          closeElement();
          inEvents = false;
        }
        depth--;
        if (depth === 1) inData = false;
        break;
      case COMMA:
        if (inEvents && depth === EVENTS_DEPTH) closeElement();
        else if (depth === 1) atData = false;
        else if (depth === 2) atEvents = false;
        break;
    }
    if (code !== COMMA && inEvents && depth >= EVENTS_DEPTH) elementEnd = index + 1;
  }
  return { depth: deepest, spans, listStart };
}

/** The index of the quote that closes the string opened at `open`; the text's last index where nothing closes it. */
export function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close > 0) {
    let backslashes = 0;
    while (text.charCodeAt(close - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return close;
    close = text.indexOf('"', close + 1);
  }
  return text.length - 1;
}

/** Whether a key, as it was written, reads `name`: it may be written with escapes. */
function isKey(written: string, name: string): boolean {
  if (!written.includes("\\")) return written === `"${name}"`;
  try {
    return JSON.parse(written) === name;
  } catch {
    // Not JSON at all: `JSON.parse` of the whole text says so to the caller.
    return false;
  }
}
