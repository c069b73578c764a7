/**
 * Finds the parts of a JSON text without reading a value: a viewer shows each part as it was written, so that `1e400`,
 * 20 digits and `\u0000` stay what they are. One level at a time: a large text costs only where somebody looks.
 */

export interface JsonPart {
  readonly kind: "object" | "array" | "string" | "number" | "word";
  /** Where it starts and ends in the text, quotes and brackets included. */
  readonly start: number;
  readonly end: number;
}

export interface JsonMember {
  /** Absent in an array. */
  readonly key: JsonPart | null;
  readonly value: JsonPart;
}

/** The text is not JSON. Whoever shows it shows it as plain text then. */
export class NotJsonError extends Error {
  override readonly name = "NotJsonError";
}

/**
 * The one value that the text holds.
 * @throws {NotJsonError}
 */
export function readDocument(text: string): JsonPart {
  const part = readPart(text, skipSpace(text, 0));
  if (skipSpace(text, part.end) !== text.length) throw new NotJsonError(`text goes on at ${part.end}`);
  return part;
}

/**
 * The members of an object or array, in their order; a key that is there twice is there twice.
 * @throws {NotJsonError}
 */
export function readMembers(text: string, container: JsonPart): JsonMember[] {
  const members: JsonMember[] = [];
  const isObject = container.kind === "object";
  const end = container.end - 1;
  let at = skipSpace(text, container.start + 1);
  while (at < end) {
    let key: JsonPart | null = null;
    if (isObject) {
      key = readPart(text, at);
      at = skipSpace(text, key.end);
      if (text[at] !== ":") throw new NotJsonError(`no colon at ${at}`);
      at = skipSpace(text, at + 1);
    }
    const value = readPart(text, at);
    members.push({ key, value });
    at = skipSpace(text, value.end);
    if (at < end && text[at] !== ",") throw new NotJsonError(`no comma at ${at}`);
    at = at < end ? skipSpace(text, at + 1) : at;
  }
  return members;
}

/**
 * Takes each key, string, number and word of a text, in its order.
 * @throws {NotJsonError} where a string has no end
 */
export function eachToken(text: string, take: (start: number, end: number) => void): void {
  const token = /"|[^\s,:{}[\]"]+/g;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '"') token.lastIndex = endOfString(text, found.index);
    take(found.index, token.lastIndex);
  }
}

function readPart(text: string, start: number): JsonPart {
  const first = text[start];
  if (first === '"') return { kind: "string", start, end: endOfString(text, start) };
  if (first === "{") return { kind: "object", start, end: endOfContainer(text, start) };
  if (first === "[") return { kind: "array", start, end: endOfContainer(text, start) };
  const rest = /[^\s,:{}[\]"]+/y;
  rest.lastIndex = start;
  const word = rest.exec(text)?.[0];
  if (word === undefined) throw new NotJsonError(`nothing to read at ${start}`);
  return { kind: /^[-\d]/.test(word) ? "number" : "word", start, end: start + word.length };
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  throw new NotJsonError(`the string at ${start} has no end`);
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  const mark = /["{}[\]]/g;
  mark.lastIndex = start;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '"') mark.lastIndex = endOfString(text, found.index);
    else if (found[0] === "{" || found[0] === "[") depth++;
    else if (--depth === 0) return found.index + 1;
  }
  throw new NotJsonError(`the bracket at ${start} has no partner`);
}

function skipSpace(text: string, from: number): number {
  const space = /[ \t\n\r]*/y;
  space.lastIndex = from;
  space.exec(text);
  return space.lastIndex;
}
