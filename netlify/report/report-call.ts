/**
 * What the terminal or the log says of a call to the endpoint. Locally a person reads it: a sentence for each event and the
 * beginning of the body. Deployed a machine does: one JSON line without personal data (unless `LOG_PAYLOADS` asks for it).
 */

import { printableLine, printableText } from "../base/printable.ts";
import { shellWord } from "../base/shell-word.ts";
import type { RecordResult } from "../events/record/record-delivery.ts";
import { placeOf } from "../events/work/failure-text.ts";
import { countUnreadable, type Delivery, type Origin } from "../hook/delivery.ts";
import type { LogEvent } from "../hook/log-event.ts";
import type { Refusal } from "../hook/receive.ts";
import { describeEvent } from "./describe-event.ts";
import { colourText, type LogStyle, timeOfDay } from "./log-style.ts";
import { prettyJson } from "./pretty-json.ts";
import { jsonLine, type Report, type ReportStyle, writeReport } from "./print.ts";
import { replayCommand } from "./replay-command.ts";

const MAX_LISTED = 20;
const MAX_BODY_LINES = 20;

/** What became of a delivery. */
export interface DeliveryReport {
  readonly delivery: Delivery;
  readonly recorded: RecordResult;
  /** From the call's arrival to its answer. */
  readonly answerMs: number;
}

/** Reports an accepted verification. `open`: no secret was asked for. */
export function reportVerification(open: boolean, style: LogStyle): Report {
  const warning = open ? " (anybody at this machine may call: OKTA_HOOK_SECRET is not set)" : "";
  const words = `✓ verification: the challenge was answered${warning}`;
  return writeReport(style, "info", words, { outcome: "verification" });
}

/** Reports a call that was turned away. */
export function reportRefusal(refusal: Refusal, status: number, style: LogStyle): Report {
  const words = `✗ ${status} rejected: ${explainRefusal(refusal)}`;
  const fields = { outcome: refusal.outcome, status, reason: reasonOf(refusal) };
  return writeReport(style, status === 503 ? "error" : "warn", words, fields);
}

/** Reports a mistake of our own: where it happened, without the message, which may hold what the call carried. */
export function reportFailure(
  error: unknown,
  style: ReportStyle,
  { status, who }: { readonly status: number; readonly who: string } = { status: 503, who: "receiver" },
): Report {
  const reason = placeOf(error);
  const fields = { outcome: "failed", status, reason };
  return writeReport(style, "error", `✗ ${status} the ${who} failed: ${reason}`, fields);
}

/** What stands below an event in a person's block, in lines that are fit to print. */
export type LinesBelow = (event: LogEvent) => readonly string[];

/** Reports a delivery and what became of it; to a person with what its handlers made of it. */
export function reportDelivery(report: DeliveryReport, style: LogStyle, linesBelow?: LinesBelow): Report {
  const level = report.recorded.outcome === "recorded" ? "info" : "error";
  const isPerson = style.reader === "person";
  return {
    level,
    text: isPerson ? localText(report, style, linesBelow) : deployedLine(report, level, style),
  };
}

/** Why a call was turned away, in a few words that never repeat what it carried. */
function reasonOf(refusal: Refusal): string {
  switch (refusal.outcome) {
    case "closed":
      return `closed to all but this machine: ${refusal.variable} ${refusal.reason}`;
    case "misconfigured":
    case "unsigned":
      return refusal.reason;
    case "unauthorized":
      return `${refusal.reason} (header ${refusal.header})`;
    case "not-an-event-hook":
      return `not an Okta event hook (${refusal.problems.slice(0, MAX_LISTED).join("; ")})`;
    default:
      return refusal.outcome.replaceAll("-", " ");
  }
}

/** As `reasonOf`, with the fix where it is the settings here and in Okta that differ: for the developer's terminal and page. */
export function explainRefusal(refusal: Refusal): string {
  if (refusal.outcome !== "unauthorized") return reasonOf(refusal);
  const { reason, header } = refusal;
  const okta = `in Okta as the hook's authentication secret, with the field ${header}`;
  return reason === "secret missing"
    ? `the call carries no secret (header ${header}), and OKTA_HOOK_SECRET is set here. Enter its value ${okta}; or empty ` +
        "OKTA_HOOK_SECRET in .env and start npm start again, if Okta's fields are to stay blank"
    : `the secret is wrong (header ${header}). The value of OKTA_HOOK_SECRET must stand ${okta}, to the letter`;
}

function localText(
  { delivery, recorded, answerMs }: DeliveryReport,
  { payloads, coloured }: LogStyle,
  linesBelow: LinesBelow = () => [],
): string {
  const { events, unreadable, schemaDeviations, origin, body } = delivery;
  const isRecorded = recorded.outcome === "recorded";
  const mark = isRecorded
    ? `${colourText(coloured, "green", "✓")} received`
    : colourText(coloured, "red", printableLine(`✗ 503 not stored (${recorded.cause.message}):`));
  const count = events.length + countUnreadable(unreadable);
  const id = delivery.eventId === null ? "" : ` ${delivery.eventId}`;
  const remarks = [
    isRecorded
      ? recorded.duplicateUuids.map(
          (uuid) => `  = seen before, no handler runs again. To run them: ${replayCommand(uuid)}`,
        )
      : [],
    isRecorded
      ? recorded.tooOldUuids.map(
          (uuid) =>
            `  ! published more than 90 days ago, so no handler runs: it may be an old call, sent again. To run them: ${replayCommand(uuid)}`,
        )
      : [],
    unreadable.map(
      ({ position, problems }) => `  ! event ${position} is unreadable, kept raw: ${problems.join("; ")}`,
    ),
    events
      .filter((event) => event.schemaDeviations.length > 0)
      .map(
        ({ position, schemaDeviations: deviations }) =>
          `  ~ event ${position} departs from Okta's documents: ${deviations.join("; ")}`,
      ),
  ];
  const remarkLines = [
    ...(events.length > MAX_LISTED ? [`  … and ${events.length - MAX_LISTED} more`] : []),
    ...remarks.flatMap((lines) => lines.slice(0, MAX_LISTED)),
    ...(schemaDeviations.length > 0
      ? [`  ~ the envelope departs from Okta's documents: ${schemaDeviations.join("; ")}`]
      : []),
  ];
  const time = colourText(coloured, "dim", timeOfDay(delivery.receivedAt));
  const head = `delivery${id}: ${count} ${count === 1 ? "event" : "events"}${via(origin)}, ${Math.round(answerMs)} ms`;
  const lines = [
    `${time} ${mark} ${printableLine(head)}`,
    ...events
      .slice(0, MAX_LISTED)
      .flatMap(({ event }) => [
        `  ${colourText(coloured, "bold", printableLine(describeEvent(event)))}`,
        ...linesBelow(event).map((line) => `    ${line}`),
      ]),
    ...remarkLines.map((line) => colourText(coloured, "yellow", printableLine(line))),
  ];
  if (payloads) lines.push(...bodyLines(body, events[0]?.event.uuid));
  return lines.join("\n");
}

/** What came before stays in sight. */
function bodyLines(body: string, uuid: string | undefined): string[] {
  const lines = printableText(prettyJson(body)).split("\n");
  const more = lines.length - MAX_BODY_LINES;
  if (more <= 0) return lines;
  const word = uuid === undefined ? null : shellWord(uuid);
  const command = word === null ? "" : `: npm run hook -- show ${word}`;
  return [...lines.slice(0, MAX_BODY_LINES), printableLine(`… ${more} more lines${command}`)];
}

function via(origin: Origin): string {
  switch (origin.by) {
    case "hookdeck":
      return ` through Hookdeck${origin.attempt > 1 ? ` (attempt ${origin.attempt})` : ""}${origin.url ? ` ${origin.url}` : ""}`;
    case "preview":
      return " from our own preview";
    case "system-log":
      return " from the System Log";
    case "okta":
      return "";
  }
}

function deployedLine(
  { delivery, recorded, answerMs }: DeliveryReport,
  level: string,
  { payloads }: LogStyle,
): string {
  const { events, unreadable, schemaDeviations, origin, body, eventId, hookId } = delivery;
  // A map, not an object: an event type may be called "__proto__".
  const types = new Map<string, number>();
  for (const { event } of events) types.set(event.eventType, (types.get(event.eventType) ?? 0) + 1);
  return jsonLine({
    level,
    ...(recorded.outcome === "recorded"
      ? {
          outcome: "recorded",
          new: recorded.newUuids.length,
          duplicates: recorded.duplicateUuids.length,
          tooOld: recorded.tooOldUuids.length || undefined,
        }
      : { outcome: "store-unavailable", status: 503, reason: recorded.cause.message }),
    answerMs: Math.round(answerMs),
    eventId,
    hookId,
    by: origin.by,
    hookdeckEventId: origin.by === "hookdeck" ? origin.eventId : undefined,
    events: events.length,
    types: Object.fromEntries([...types].slice(0, MAX_LISTED)),
    uuids: events.slice(0, MAX_LISTED).map(({ event }) => event.uuid),
    unreadable: countUnreadable(unreadable),
    deviatingEvents: events.filter((event) => event.schemaDeviations.length > 0).length,
    schemaDeviations: schemaDeviations.length > 0 ? schemaDeviations : undefined,
    body: payloads ? body : undefined,
  });
}
