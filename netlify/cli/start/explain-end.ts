/** Says why `netlify dev` ended by itself, from what it printed. */
import { printableLine } from "../../base/printable.ts";

/** The line of an uncaught error, e.g. `Error: aborted`. Netlify prints a stack and the machine's versions after it. */
export function isErrorLine(line: string): boolean {
  return /^\w*Error: /.test(line);
}

/**
 * One sentence.
 * @param errorLine the last line for which `isErrorLine` held, if there was one.
 */
export function explainEnd(errorLine: string | undefined): string {
  return errorLine === undefined
    ? "it did not say why."
    : `it said "${printableLine(errorLine.slice(0, 200))}".`;
}

/**
 * Why `netlify dev` ended before it served anything, and what to do.
 * @param lastLine the last line that it printed.
 * @param errorLine the last line for which `isErrorLine` held, if there was one: our own plugin says what to do in it.
 */
export function explainNoStart(lastLine: string, errorLine: string | undefined): string {
  if (/could not acquire required 'port'/i.test(lastLine)) {
    return "Something else listens on that port: stop it, or take another one, e.g. npm start -- --port 1338";
  }
  // Said by a tool whose program npm left out, because it is not for the Node that installed.
  if (errorLine?.includes("Cannot find native binding")) {
    return "A part of the install is missing: npm ci ran with a Node older than 20.19. Take a newer Node, and run npm ci again.";
  }
  return errorLine === undefined ? "What it said is above." : errorLine.replace(/^\w*Error: /, "");
}
