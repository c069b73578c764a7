/** A terminal that remembers what was said to it, as it would have been printed. */
import { openTerminal, type Terminal } from "../../netlify/cli/terminal.ts";

export interface FakeTerminal extends Terminal {
  /** Everything that was printed, in order, standard output and error alike. */
  readonly lines: string[];
  /** Of that, what went to standard output. */
  readonly results: string[];
  /** The rest, which went to standard error. */
  readonly complaints: string[];
}

/** @param watched a person sits at it, and is asked too */
export function fakeTerminal({ watched = false } = {}): FakeTerminal {
  const lines: string[] = [];
  const results: string[] = [];
  const complaints: string[] = [];
  const error = (text: string) => {
    lines.push(text);
    complaints.push(text);
  };
  const out = (text: string) => {
    lines.push(text);
    results.push(text);
  };
  return { lines, results, complaints, ...openTerminal({ watched, interactive: watched, out, error }) };
}
