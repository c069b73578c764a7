/**
 * Whether a text names somebody: the one rule for what is stored and for what arrives later. An id or a login counts where it stands
 * whole, between characters that cannot belong to one, in each spelling that JSON and addresses have for it.
 */

/** Whether a phrase is an id or a login of the person who is looked for. */
export type IsTheirs = (phrase: string) => boolean;

/** An apostrophe belongs to a login (`o'brien@example.com`) only inside of it: it is a quotation mark as well. */
const WORD = /[\p{L}\p{M}\p{N}_.@+-]+(?:['’][\p{L}\p{M}\p{N}_.@+-]+)*/gu;
/** A login can be several words, `ACME\jane` for example. One of more words than this is found where a text is nothing else. */
const MAX_WORDS = 8;
/** An address in JSON in an address: each level is one more spelling. */
const MAX_SPELLINGS = 8;

/** Text below these keys is about people and places: a login that is a plain word, `florence`, does not count there. */
const NAME_KEYS = new Set(["displayName", "geographicalContext"]);
const PLAIN_WORDS = /^[\p{L}\p{M}\s'’-]+$/u;

/** What a phrase is found by: as an id, and as a login. */
export function keysOfPhrase(phrase: string): [id: string, login: string] {
  return [`id ${phrase}`, `login ${phrase.toLowerCase()}`];
}

/** Whether a text names the person. */
export function isNamedInText(text: string, isTheirs: IsTheirs): boolean {
  const spellings = new Set([text]);
  for (const spelling of spellings) {
    for (const phrase of listPhrases(spelling)) if (isTheirs(phrase)) return true;
    if (spellings.size < MAX_SPELLINGS) spellings.add(unescapeJson(spelling)).add(decodePercent(spelling));
  }
  return false;
}

/** Whether a JSON value names the person, in a string or a key at any depth. */
export function isNamedInJson(value: unknown, isTheirs: IsTheirs): boolean {
  if (typeof value === "string") return isNamedInText(value, isTheirs);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((part) => isNamedInJson(part, isTheirs));
  const isTheirsInNames: IsTheirs = (phrase) => !PLAIN_WORDS.test(phrase) && isTheirs(phrase);
  return Object.entries(value).some(
    ([key, part]) =>
      isNamedInText(key, isTheirs) || isNamedInJson(part, NAME_KEYS.has(key) ? isTheirsInNames : isTheirs),
  );
}

/**
 * The patterns (SQL `like`) that match each text, in small letters, in which an id or a login may stand: less exact, and fast. Only
 * letters and digits are in them, which every spelling writes alike but `\u`, and `mayName` takes that for itself.
 */
export function searchPatterns(identifiers: readonly string[]): string[] {
  return identifiers.map((identifier) => {
    const phrase = toPhrase(identifier).replace(/[^A-Za-z0-9]+/g, "%");
    return `%${phrase.toLowerCase()}%`;
  });
}

/**
 * SQL: whether a text may name somebody. `lower` of the collation "C" knows A to Z alone, so it means the same in every database.
 * @param text an expression
 * @param patterns the parameter with the `searchPatterns`
 */
export function mayName(text: string, patterns: string): string {
  return `(lower(${text} collate "C") like any(${patterns}::text[]) or strpos(${text}, '\\u') > 0)`;
}

/** From the first word of an id or a login to its last: what stands outside of them stands around it in a text, too. */
export function toPhrase(identifier: string): string {
  const words = splitWords(identifier);
  return identifier.slice(words[0]?.start, words.at(-1)?.end);
}

function* listPhrases(text: string): Generator<string> {
  const words = splitWords(text);
  for (const [index, { start }] of words.entries()) {
    for (const { end } of words.slice(index, index + MAX_WORDS)) yield text.slice(start, end);
  }
  const [first] = words;
  if (first && words.length > MAX_WORDS) yield text.slice(first.start, words.at(-1)?.end);
}

function splitWords(text: string): { start: number; end: number }[] {
  return Array.from(text.matchAll(WORD), ({ 0: word, index: start }) => {
    let end = start + word.length;
    // The full stop of a sentence.
    while (end > start && text[end - 1] === ".") end -= 1;
    return { start, end };
  }).filter(({ start, end }) => end > start);
}

function unescapeJson(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([bfnrt])|(["\\/]))/g,
    (_, code?: string, blank?: string, itself = "") => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return blank === undefined ? itself : " ";
    },
  );
}

function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString(),
  );
}
