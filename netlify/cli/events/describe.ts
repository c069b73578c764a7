/** Events and runs as lines for a terminal. Everything from outside is made printable here. */
import type { EventDetail, EventSummary, Run } from "../../api/contract.ts";
import { printableLine, printableText } from "../../printable.ts";
import { prettyJson } from "../../report/pretty-json.ts";
import { paint } from "../paint.ts";
import type { Terminal } from "../terminal.ts";

/** One event of a list: when, who did what to whom, and the uuid to go on with. */
export function eventLines(
  { published, summary, uuid, departed }: EventSummary,
  terminal: Terminal,
): string[] {
  const odd = departed ? " ~" : "";
  return [
    `${published}  ${paint(terminal, "bold", printableLine(summary))}${odd}`,
    `  ${paint(terminal, "dim", printableLine(uuid))}`,
  ];
}

/** One event whole: what happened, its runs, what departed, and its JSON as it was written. */
export function eventDetailLines(event: EventDetail, terminal: Terminal): string[] {
  const departures = event.departures.map((departure) => printableLine(`  ~ ${departure}`));
  const runs = event.runs.map((run) => runLine(run, terminal));
  return [
    ...eventLines(event, terminal),
    `  ${printableLine(event.eventType)}, received ${event.receivedAt} with delivery ${event.deliveryId}`,
    ...(runs.length === 0 ? ["  no handler ran for it"] : runs),
    ...(departures.length > 0 ? ["  it departs from Okta's documents:", ...departures] : []),
    event.json === null ? "  its payload is past its retention" : printableText(prettyJson(event.json)),
  ];
}

const COLOURS = {
  waiting: "yellow",
  running: "yellow",
  retrying: "yellow",
  done: "green",
  dead: "red",
} as const;

function runLine(run: Run, terminal: Terminal): string {
  const tries = run.attempts === 1 ? "1 try" : `${run.attempts} tries`;
  const next = run.nextTryAt === null ? "" : `, next try ${run.nextTryAt}`;
  const error = run.lastError === null ? "" : `: ${printableLine(run.lastError)}`;
  const gone = run.listed ? "" : " (this handler does not exist any more)";
  return `  ${paint(terminal, COLOURS[run.state], run.state)} ${run.handler}, ${tries}${next}${error}${gone}`;
}
