/** A terminal that remembers what was said to it. */
import type { Terminal } from "../../netlify/cli/terminal.ts";

export interface FakeTerminal extends Terminal {
  /** Everything that was printed, in order, standard output and error alike. */
  readonly lines: string[];
}

export function fakeTerminal(): FakeTerminal {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  return { lines, out: print, error: print, interactive: false };
}
