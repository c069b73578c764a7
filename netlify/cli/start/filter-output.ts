/**
 * Leaves out what `netlify dev` says of each call: it stands between the blocks that tell of the events, and an open page calls
 * every 2 s. What the endpoint and the page's API refuse, or fail at, they say themselves.
 */
import { stripVTControlCharacters } from "node:util";

const OF_A_CALL = /^(?:Request from \S+: [A-Z]+ |Response with status \d{3} in )/;
const UNHEARD = /^\s*no handler listens to (.+)$/;

/**
 * Returns a filter for lines: whether a line is to be printed. That no handler listens to a type of event is printed once.
 * @param everything also what is said of each call
 */
export function filterOutput(everything: boolean): (line: string) => boolean {
  const unheard = new Set<string>();
  return (line) => {
    const text = stripVTControlCharacters(line);
    const [, eventType] = UNHEARD.exec(text) ?? [];
    if (eventType !== undefined) {
      if (unheard.has(eventType)) return false;
      unheard.add(eventType);
    }
    return everything || !OF_A_CALL.test(text);
  };
}
