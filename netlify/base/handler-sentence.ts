/** The line that is read first about a handler: in the terminal, in an alert, in a preview and on the page. */

/** How a handler is doing. Times are written as the reader's clock shows them, e.g. `14:10` or `14:10 UTC`. */
export interface HandlerFacts {
  readonly handler: string;
  /** Its first failure since its last success; null: it is not failing. */
  readonly failingSince: string | null;
  readonly pausedSince?: string | null;
  /** Runs that wait for it. */
  readonly waiting: number;
  /** Whether there are more than were counted. */
  readonly isCapped?: boolean;
  readonly dead?: number;
  /** Of its last failure, as it is stored. */
  readonly error?: string | null;
}

const MAX_ERROR_LENGTH = 160;

/** For example `offboard-user: failing since 14:10, 1,407 runs wait, "HR answered 503"`. */
export function handlerSentence(facts: HandlerFacts): string {
  const { handler, failingSince, pausedSince = null, waiting, isCapped = false, dead = 0, error } = facts;
  const runs =
    waiting === 1 && !isCapped ? "1 run waits" : `${count(waiting)}${isCapped ? "+" : ""} runs wait`;
  const parts = [
    ...(pausedSince === null ? [] : [`paused since ${pausedSince}`]),
    ...(failingSince === null ? [] : [`failing since ${failingSince}`]),
    ...(waiting === 0 ? [] : [runs]),
    ...(dead === 0 ? [] : [`${count(dead)} dead ${dead === 1 ? "letter" : "letters"}`]),
    ...(error == null ? [] : [`"${shortError(error)}"`]),
  ];
  return `${handler}: ${parts.length === 0 ? "healthy" : parts.join(", ")}`;
}

/** A stored error without its place in the code and a name that says nothing: `HR answered 503`. */
export function shortError(error: string): string {
  const text = error.replace(/ \((?:netlify|file:)[^()]*\)$/, "").replace(/^Error: (?=.)/s, "");
  return text.length > MAX_ERROR_LENGTH ? `${text.slice(0, MAX_ERROR_LENGTH - 1).toWellFormed()}…` : text;
}

const count = (number: number) => number.toLocaleString("en-US");
