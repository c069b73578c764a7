/** Finds where in the project's own sources an error was thrown, also from a deployed bundle. */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

const FRAME = /^ +at (?:.* \()?((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/gm;
/**
 * A source as the project calls it: what comes before `netlify/` differs from machine to machine. What runs the handlers is
 * below each of them in the stack, and what they are made with above: neither tells anything.
 */
const OWN =
  /(?:^|[/\\])(netlify[/\\](?!(?:events|handler-kit|sweep|endpoint|api|functions)[/\\])(?:[^/\\]+[/\\])*[^/\\]+\.m?ts)$/;

/**
 * @returns the first frame that is the project's own, e.g. `netlify/handlers/greet-new-user.ts:12`; undefined: there is none,
 *   or the stack cannot be read
 */
export function failurePlace(stack: string): string | undefined {
  for (const [, where = "", line, column] of stack.matchAll(FRAME)) {
    const path = pathOf(where);
    if (path === undefined || path.includes("node_modules")) continue;
    const place = /\.mjs$/.test(path)
      ? placeInSource(path, Number(line), Number(column))
      : { source: path, line: Number(line) };
    const own = place && !place.source.includes("node_modules") ? OWN.exec(place.source)?.[1] : undefined;
    if (place && own !== undefined) return `${own.replaceAll("\\", "/")}:${place.line}`;
  }
  return undefined;
}

function pathOf(where: string): string | undefined {
  try {
    return where.startsWith("file:") ? fileURLToPath(where) : where;
  } catch {
    return undefined; // A handler may throw what has any stack.
  }
}

/** A bundle's map lies beside it. It is read when something failed, and so costs no start. */
function placeInSource(path: string, line: number, column: number) {
  try {
    const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")));
    const entry = map.findEntry(line - 1, column - 1);
    return "originalSource" in entry
      ? { source: entry.originalSource, line: entry.originalLine + 1 }
      : undefined;
  } catch {
    return undefined; // No map, or not one: the message stands alone.
  }
}
