/**
 * Tells a person of one delivery in one block: what came, and what each handler made of it. What comes later than the block,
 * such as a retry, is a line of its own.
 */

import { printableLine } from "../base/printable.ts";
import type { WorkReport } from "../events/work/work-report.ts";
import { colourText, type LogStyle } from "./log-style.ts";
import { print } from "./print.ts";
import { type DeliveryReport, type LinesBelow, reportDelivery } from "./report-call.ts";
import { describeInBlock, reportWork } from "./report-work.ts";

type EndOfTry = Extract<WorkReport, { kind: "handler-done" | "handler-failed" }>;
const endsTry = (report: WorkReport): report is EndOfTry =>
  report.kind === "handler-done" || report.kind === "handler-failed";

/** Nobody waits longer to see that something came, however long its handlers take. */
const SHOW_AFTER_MS = 1_500;

/** A block that is being gathered. */
export interface DeliveryBlock {
  /** Which handlers will run for which event of the delivery, by its `uuid`. */
  expect(handlersByUuid: ReadonlyMap<string, readonly string[]>): void;
  /** Takes one thing that happened during the work. */
  report(happened: WorkReport): void;
  /** Prints what is not printed yet. */
  close(): void;
}

/** Opens the block of a delivery that was answered. */
export function openDeliveryBlock(delivery: DeliveryReport, style: LogStyle): DeliveryBlock {
  const happened: WorkReport[] = [];
  let handlersByUuid: ReadonlyMap<string, readonly string[]> = new Map();
  let missing: Set<string> | undefined;
  let shown = false;
  const close = () => {
    clearTimeout(timer);
    if (shown) return;
    shown = true;
    print(reportDelivery(delivery, style, linesBelow));
    for (const report of happened) if (!isInBlock(report)) print(reportWork(report, style));
  };
  /** What the handlers of an event made of it, or that it has none. */
  const linesBelow: LinesBelow = ({ uuid, eventType }) => {
    const dim = (text: string) => colourText(style.coloured, "dim", printableLine(text));
    const handlers = handlersByUuid.get(uuid) ?? [];
    if (handlersByUuid.has(uuid) && handlers.length === 0) return [dim(`no handler listens to ${eventType}`)];
    const own = happened.filter((report) => isInBlock(report) && "uuid" in report && report.uuid === uuid);
    const ended = new Set(own.flatMap((report) => (endsTry(report) ? [report.handler] : [])));
    return [
      ...own.map((report) => describeInBlock(report, style.coloured)),
      ...handlers.filter((name) => !ended.has(name)).map((name) => dim(`… ${name} has not finished yet`)),
    ];
  };
  const timer = setTimeout(close, SHOW_AFTER_MS);
  const isInBlock = (report: WorkReport) =>
    "uuid" in report && handlersByUuid.has(report.uuid) && report.kind !== "dead-letter";
  return {
    expect(expected) {
      handlersByUuid = expected;
      missing = new Set([...expected].flatMap(([uuid, names]) => names.map((name) => `${uuid} ${name}`)));
      if (missing.size === 0) close();
    },
    report(report) {
      if (shown) return print(reportWork(report, style));
      happened.push(report);
      if (!endsTry(report)) return;
      missing?.delete(`${report.uuid} ${report.handler}`);
      if (missing?.size === 0) close();
    },
    close,
  };
}
