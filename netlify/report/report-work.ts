/**
 * What the terminal or the log says of the work after the answer. A dead letter is an `error`, in one JSON line when deployed,
 * so that a log drain can raise an alarm on it.
 */

import { durationText } from "../base/duration.ts";
import { printableLine } from "../base/printable.ts";
import type { Reporter, WorkReport } from "../events/work/work-report.ts";
import { type Colour, colourText, timeOfDay, type WorkStyle } from "./log-style.ts";
import { jsonLine, print, type Report } from "./print.ts";
import { replayCommand } from "./replay-command.ts";

/** Prints what happens during the work. */
export function openReporter(style: WorkStyle): Reporter {
  return (happened) => print(reportWork(happened, style));
}

/** Reports one thing that happened during the work. */
export function reportWork(report: WorkReport, { reader, coloured = false }: WorkStyle): Report {
  const level = levelOf(report);
  if (reader === "person") {
    const time = colourText(coloured, "dim", timeOfDay(new Date()));
    return { level, text: `${time} ${colourBySign(coloured, describeWork(report))}` };
  }
  const { kind, ...rest } = report;
  return { level, text: safeLine({ level, outcome: kind, ...rest }) };
}

/** One line for a person, as it stands below its event: see `delivery-block.ts`. */
export function describeInBlock(report: WorkReport, coloured: boolean): string {
  return colourBySign(coloured, describeWork(report, { inBlock: true }));
}

/** @param options.inBlock the line stands below its event, and need not name it */
function describeWork(report: WorkReport, { inBlock = false } = {}): string {
  switch (report.kind) {
    case "handler-log": {
      const fields = report.fields ? ` ${fieldsText(report.fields)}` : "";
      const lead = { info: "  ", warn: "! warning of ", error: "✗ error of " }[report.level];
      return `${lead}${report.handler}: ${report.message}${fields}`;
    }
    case "handler-done": {
      const which = ` handled ${report.uuid}${report.attempt > 1 ? ` at try ${report.attempt}` : ""}`;
      return `✓ ${report.handler}${inBlock ? "" : which}, ${Math.round(report.tookMs)} ms`;
    }
    case "handler-failed": {
      const next = report.final ? "it was the last try" : "it will be tried again";
      return `✗ ${report.handler} failed${inBlock ? "" : ` on ${report.uuid}`} (try ${report.attempt}), ${next}: ${report.error}`;
    }
    case "handler-postponed":
      return `↷ ${report.handler} put ${report.uuid} off for ${durationText(report.delayMs)}: ${report.error}`;
    case "handler-changed":
      return handlerLine(report);
    case "dead-letter": {
      const tries = report.attempts === 1 ? "1 try" : `${report.attempts} tries`;
      return `✗ dead letter: ${report.handler} did not get ${report.eventType} ${report.uuid} done in ${tries}: ${report.error}. To try again: ${replayCommand(report.uuid)}`;
    }
    case "kept-past-retention":
      return `! ${report.events} events past their retention are kept, because their work is unfinished or dead: ${report.examples.join(", ")}`;
    case "caught-up":
      return caughtUpLine(report);
    case "work-interrupted":
      return `✗ the work stopped early and goes on with a later delivery or the sweep: ${report.error}`;
    case "handlers-broken":
      return `✗ the handlers do not load, so none of them runs until that is mended; events are recorded and wait: ${report.error}`;
    case "answer-time-unknown":
      return `! how long the answer took was not noted: ${report.error}`;
    case "retention-stopped":
      return `✗ nothing is forgotten until this is mended: ${report.error}`;
  }
}

const COLOURS: ReadonlyMap<string | undefined, Colour> = new Map([
  ["✓", "green"],
  ["!", "yellow"],
  ["↷", "yellow"],
  ["✗", "red"],
]);

/** The line in the colour of its first sign; of what succeeded the sign alone. */
function colourBySign(coloured: boolean, text: string): string {
  const line = printableLine(text);
  const colour = COLOURS.get(line[0]);
  if (colour === undefined) return line;
  if (colour !== "green") return colourText(coloured, colour, line);
  return `${colourText(coloured, colour, line.slice(0, 1))}${line.slice(1)}`;
}

function levelOf(report: WorkReport): Report["level"] {
  switch (report.kind) {
    case "handler-log":
      return report.level;
    case "handler-done":
    case "handler-postponed":
      return "info";
    case "handler-changed":
      return report.change === "circuit-opened" ? "error" : "info";
    case "caught-up":
      return report.problem === null ? "info" : report.look === "stopped" ? "error" : "warn";
    case "handler-failed":
    case "kept-past-retention":
    case "answer-time-unknown":
      return "warn";
    case "dead-letter":
    case "work-interrupted":
    case "handlers-broken":
    case "retention-stopped":
      return "error";
  }
}

function handlerLine({
  handler,
  change,
  since,
  failures,
}: Extract<WorkReport, { kind: "handler-changed" }>): string {
  const after = `after ${failures} ${failures === 1 ? "failure" : "failures"} since ${since.toISOString()}`;
  switch (change) {
    case "circuit-opened":
      return `✗ ${handler}: circuit open ${after}. Its runs wait, and one at a time probes until one succeeds`;
    case "circuit-closed":
      return `✓ ${handler}: circuit closed ${after}. What waited is run, ten at a time`;
    case "recovered":
      return `✓ ${handler} succeeds again, ${after}`;
  }
}

function caughtUpLine({
  look,
  inLog,
  recorded,
  problem,
}: Extract<WorkReport, { kind: "caught-up" }>): string {
  if (look === "stopped") return `✗ Okta's System Log could not be read: ${problem}`;
  const news =
    look === "began"
      ? "catch-up begins now: what Okta fails to deliver from here on is fetched from its System Log."
      : inLog === 0
        ? "Okta's System Log has nothing new for the hook."
        : `Okta's System Log has ${inLog} new ${inLog === 1 ? "event" : "events"} for the hook: ${inLog - recorded} here already, ${recorded} recorded now.`;
  return problem === null ? `✓ ${news}` : `! ${news} ${problem}`;
}

/** A handler may log what JSON cannot hold: a cycle, a BigInt. Its line says so instead of costing the run. */
function safeLine(fields: Record<string, unknown>): string {
  try {
    return jsonLine(fields);
  } catch {
    return jsonLine({ ...fields, fields: "cannot be written as JSON" });
  }
}

function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(fields);
  } catch {
    return "(fields cannot be written as JSON)";
  }
}
