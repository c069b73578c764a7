/** Lays JSON out over lines without touching a token: numbers and escapes stay as they were written. */
import { endOfString } from "../hook/json-text.ts";

/** A terminal is for reading: of more than this nobody does, and deep nesting can make a body a hundred times as long. */
const MAX_PRETTY_LENGTH = 1024 * 1024;

/** What stands between the strings: punctuation, and whole words and numbers. */
const TOKEN = /[{}[\],:"]|[^\s{}[\],:"]+/g;

/**
 * Indents by two spaces, as `JSON.stringify(value, null, 2)` does, but from the text: `1e400` and `\u0000` survive.
 * @param json text that `JSON.parse` accepts; nothing worse than odd white space comes of any other.
 * @param maxLength where to stop, with a note of how much of `json` is not shown.
 */
export function prettyJson(json: string, maxLength: number = MAX_PRETTY_LENGTH): string {
  const token = new RegExp(TOKEN);
  let out = "";
  let depth = 0;
  let previous = "";
  for (let match = token.exec(json); match !== null; match = token.exec(json)) {
    if (match[0] === '"') token.lastIndex = endOfString(json, match.index) + 1;
    const text = json.slice(match.index, token.lastIndex);
    const closes = text === "}" || text === "]";
    if (closes && depth > 0) depth--;
    const empty = closes && (previous === "{" || previous === "[");
    const breaks = previous === "{" || previous === "[" || previous === "," || closes;
    const lead = breaks && !empty ? `\n${"  ".repeat(depth)}` : "";
    if (out.length + lead.length + text.length > maxLength) {
      return `${out}\n… and ${json.length - match.index} more characters`;
    }
    out += lead + text;
    if (text === ":") out += " ";
    if (text === "{" || text === "[") depth++;
    previous = text;
  }
  return out;
}
