/** Events and runs as lines for a terminal. */
import type { EventDetail, EventSummary, RunDetail } from "../api/schema/events.ts";
import { prettyJson } from "../report/pretty-json.ts";
import { describeTime } from "./describe-time.ts";
import { type Line, paint } from "./terminal.ts";

/** One event of a list: its time, its summary, the state of its handlers, and its uuid. */
export function eventLines(
  { published, summary, uuid, hasSchemaDeviations, handlers }: EventSummary,
  nowMs: number,
): Line[] {
  const deviation = hasSchemaDeviations ? " ~" : "";
  const { state, nextTryAt } = handlers;
  const next = nextTryAt === null ? "" : `, next try ${describeTime(nextTryAt, nowMs)}`;
  return [
    [`${published}  `, paint("bold", summary), deviation],
    ["  ", paint(COLOURS[state], STATES[state]), `${next}  `, paint("dim", uuid)],
  ];
}

/** One event whole: what happened, its JSON with every token as it was written, and last its runs, so that an error stays in sight. */
export function eventDetailLines(event: EventDetail, nowMs: number): Line[] {
  const schemaDeviations = event.schemaDeviations.map((departure) => `  ~ ${departure}`);
  const runs = event.runs.map((run) => runLine(run, nowMs));
  const filteredOut = event.filteredOut.map((handler) => `  ${handler} filters it out by its \`when\``);
  const { noRuns } = event.handlers;
  return [
    ...eventLines(event, nowMs),
    `  ${event.eventType}, received ${event.receivedAt} with delivery ${event.deliveryId}`,
    ...(event.json === null ? ["  its payload is past its retention"] : prettyJson(event.json).split("\n")),
    ...(schemaDeviations.length > 0 ? ["  it departs from Okta's documents:", ...schemaDeviations] : []),
    ...runs,
    ...filteredOut,
    ...(noRuns === null || noRuns === "filtered-out" ? [] : [`  ${WHY_NO_RUNS[noRuns]}`]),
  ];
}

const WHY_NO_RUNS = {
  "no-handler": "no handler listens to its type",
  "recorded-only": "no handler ran for it: it was recorded by hand, or its handlers are newer",
  "too-old":
    "it was published more than 90 days before it came, so no handler ran for it: it may be an old call, sent again",
  forgotten: "its runs are forgotten with its payload",
} as const;

const COLOURS = {
  waiting: "yellow",
  running: "yellow",
  retrying: "yellow",
  superseded: "dim",
  discarded: "dim",
  done: "green",
  dead: "red",
  none: "dim",
} as const;

/** How an event stands, in a list. */
const STATES = {
  waiting: "waiting",
  running: "running",
  retrying: "retrying",
  discarded: "discarded",
  done: "done",
  dead: "dead",
  none: "no handler",
} as const;

/** How an event stands with one handler. */
export function runLine(run: RunDetail, nowMs: number): Line {
  const tries = run.attempts === 1 ? "1 try" : `${run.attempts} tries`;
  const next = run.paused
    ? ", its handler is paused"
    : run.nextTryAt === null
      ? ""
      : `, next try ${describeTime(run.nextTryAt, nowMs)}`;
  const line = [
    run.key === null ? "" : `, line ${run.key}`,
    run.heldBy === null ? "" : `, held behind ${run.heldBy}`,
    run.supersededBy === null ? "" : `, superseded by ${run.supersededBy}`,
    run.late ? ", late: a newer event of its line had begun" : "",
  ].join("");
  const error = run.lastError === null ? "" : `: ${run.lastError}`;
  const gone = run.registered ? "" : " (this handler does not exist any more)";
  return [
    "  ",
    paint(COLOURS[run.state], run.state),
    ` ${run.handler}, ${tries}${next}${line}${error}${gone}`,
  ];
}
