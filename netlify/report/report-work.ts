/**
 * What the terminal or the log says of the work after the answer. A dead letter is an `error`, in one JSON line when deployed,
 * so that a log drain can raise an alarm on it.
 */
import type { WorkReport } from "../events/work/work-report.ts";
import { printableLine } from "../printable.ts";
import type { LogStyle } from "./log-style.ts";
import { jsonLine, type Report } from "./print.ts";
import { wayToReplay } from "./way-to-replay.ts";

/** Reports one thing that happened during the work. */
export function reportWork(report: WorkReport, { reader }: Pick<LogStyle, "reader">): Report {
  const level = levelOf(report);
  if (reader === "person") return { level, text: printableLine(sentence(report)) };
  const { kind, ...rest } = report;
  return { level, text: safeLine({ level, outcome: kind, ...rest }) };
}

function levelOf(report: WorkReport): Report["level"] {
  switch (report.kind) {
    case "handler-log":
      return report.level;
    case "handler-done":
      return "info";
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

function sentence(report: WorkReport): string {
  switch (report.kind) {
    case "handler-log": {
      const fields = report.fields ? ` ${fieldsText(report.fields)}` : "";
      return `  ${report.handler}: ${report.message}${fields}`;
    }
    case "handler-done":
      return `  ✓ ${report.handler} handled ${report.uuid}, ${Math.round(report.tookMs)} ms`;
    case "handler-failed": {
      const next = report.final ? "it was the last try" : "it will be tried again";
      return `  ✗ ${report.handler} failed on ${report.uuid} (try ${report.attempt}), ${next}: ${report.error}`;
    }
    case "dead-letter":
      return `✗ dead letter: ${report.handler} did not get ${report.eventType} ${report.uuid} done in ${report.attempts} tries: ${report.error}. To try again: ${wayToReplay(report.uuid)}`;
    case "kept-past-retention":
      return `! ${report.events} events past their retention are kept, because their work is unfinished or dead: ${report.examples.join(", ")}`;
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
