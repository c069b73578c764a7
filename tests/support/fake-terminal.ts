/** A terminal that remembers what was said to it, as it would have been printed. */
import { openTerminal, type Terminal } from "../../netlify/cli/terminal.ts";

export interface FakeTerminal extends Terminal {
  /** Everything that was printed, in order, standard output and error alike. */
  readonly lines: string[];
}

export function fakeTerminal({ interactive = false } = {}): FakeTerminal {
  const lines: string[] = [];
  const print = (text: string) => void lines.push(text);
  return { lines, ...openTerminal({ interactive, out: print, error: print }) };
}
