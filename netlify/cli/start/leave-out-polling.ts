/** Leaves what `netlify dev` says of the open page's polling out of the terminal: two lines every 2 s would bury the deliveries. */
import { stripVTControlCharacters } from "node:util";

const POLL = /^Request from \S+: GET \/api\/changes(?:\?|$)/;
const ANSWERED_WELL = /^Response with status (?:200|304) in /;

/**
 * Returns a filter for lines: whether a line is to be printed. For each poll left out, one good answer is left out too; a
 * bad one is always printed.
 */
export function leaveOutPolling(): (line: string) => boolean {
  let unanswered = 0;
  return (line) => {
    const text = stripVTControlCharacters(line);
    if (POLL.test(text)) {
      unanswered += 1;
      return false;
    }
    if (text.startsWith("Response with status ") && unanswered > 0) {
      unanswered -= 1;
      return !ANSWERED_WELL.test(text);
    }
    return true;
  };
}
