/** Lays JSON out over lines without touching a token: numbers and escapes stay as they were written. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Indents by two spaces, as `JSON.stringify(value, null, 2)` does, but from the text: `1e400` and `\u0000` survive. */
export function prettyJson(json: string): string {
  const out: string[] = [];
  let depth = 0;
  let previous = "";
  for (const [token] of json.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) depth--;
    const empty = closes && (previous === "{" || previous === "[");
    const breaks = previous === "{" || previous === "[" || previous === "," || closes;
    if (breaks && !empty) out.push("\n", "  ".repeat(Math.max(depth, 0)));
    out.push(token);
    if (token === ":") out.push(" ");
    if (token === "{" || token === "[") depth++;
    previous = token;
  }
  return out.join("");
}
