/** Says what keeps the project's code from loading, and where: from what Node threw at the import. */
import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { printableLine } from "./printable.ts";

/** How the sentence begins that says it. */
export const CODE_DOES_NOT_LOAD = "The code does not load";

/** One mistake. */
export interface LoadProblem {
  /** E.g. `SyntaxError: Expected ',', got ';'`. */
  readonly message: string;
  /** The file, from the project's folder on; undefined where it is not known. */
  readonly file: string | undefined;
  /** Counted from 1; undefined where it is not known. */
  readonly line: number | undefined;
}

/** The place that Node writes before the stack of a SyntaxError. */
const HEAD = /^(\S.*):(\d+)\n/;
const FRAME = /^ +at (?:.* \()?((?:file:\/\/|\/|[A-Z]:\\).*?):(\d+):\d+\)?$/gm;
const NOT_FOUND = /^Cannot find (?:module|package) '(.+?)' imported from (.+)$/;

/** @param root the project's folder */
export function loadProblem(error: unknown, root: string): LoadProblem {
  if (!(error instanceof Error)) return { message: String(error), file: undefined, line: undefined };
  const message = `${error.name}: ${error.message}`.replaceAll(`${root}${sep}`, "");
  const notFound = NOT_FOUND.exec(error.message);
  if (notFound) {
    const [, wanted = "", importer = ""] = notFound;
    return { message, file: ownFile(importer, root), line: lineOfImport(importer, wanted) };
  }
  const stack = error.stack ?? "";
  // What the kit throws is about the file that called it.
  const frames = [...stack.matchAll(FRAME)].filter(([frame]) => !frame.includes("/netlify/handler-kit/"));
  const places = [HEAD.exec(stack), ...frames];
  for (const place of places) {
    const file = place && ownFile(place[1] ?? "", root);
    if (place && file) return { message, file, line: Number(place[2]) };
  }
  return { message, file: undefined, line: undefined };
}

/** One sentence, with file and line. */
export function describeLoadProblem({ message, file, line }: LoadProblem): string {
  const place = file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;
  return `${CODE_DOES_NOT_LOAD}: ${printableLine(message)}${place}`;
}

/** The file as the project calls it; undefined for one that is not the project's own. */
function ownFile(place: string, root: string): string | undefined {
  const path = relative(root, place.startsWith("file:") ? fileURLToPath(place) : place);
  return path.startsWith("..") || path.split(sep).includes("node_modules") ? undefined : path;
}

/** Node does not say which line asked for a file that is not there. */
function lineOfImport(importer: string, wanted: string): number | undefined {
  const name = wanted.split(/[/\\]/).at(-1) ?? wanted;
  try {
    const lines = readFileSync(importer, "utf8").split("\n");
    const at = lines.findIndex((line) => line.includes(name) && /["']/.test(line));
    return at < 0 ? undefined : at + 1;
  } catch {
    return undefined; // Gone meanwhile.
  }
}
