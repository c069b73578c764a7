/**
 * The work of an invocation: the handlers are loaded, what is due is run, and alerts say what failed. A delivery loads this file after its
 * answer, so that a new instance answers quickly.
 */
import { FAILING_AFTER_MS } from "../alerts/detect-failures.ts";
import { alertOnFailures } from "../alerts/run-alerts.ts";
import type { DirtyMarker } from "../blob-cache/dirty-markers.ts";
import type { Database } from "../events/database/database.ts";
import type { RecordResult } from "../events/record/record-delivery.ts";
import { failureText, interruption } from "../events/work/failure-text.ts";
import { type Deploy, mayRunWork } from "../events/work/may-run-work.ts";
import type { Work } from "../events/work/work.ts";
import { followDelivery, runAfterReplay } from "../events/work/work-after-answer.ts";
import type { Reporter, WorkReport } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { handlersFor } from "../handler-kit/handler-list.ts";
import type { Delivery } from "../hook/delivery.ts";
import { openDeliveryBlock } from "../report/delivery-block.ts";
import type { LogStyle } from "../report/log-style.ts";
import { openReporter } from "../report/report-work.ts";
import type { Environment } from "../settings/environment.ts";

/** The call that the work belongs to. */
export interface AnsweredCall {
  readonly deploy: Deploy;
  readonly environment: Environment;
  readonly database: Database;
  /** When it came, in milliseconds since 1970: the platform's limit counts from there. */
  readonly arrivedAt: number;
  /** Set before the call could leave work. Removed once nothing is left; else the sweep looks. */
  readonly marker: DirtyMarker | undefined;
}

/** A delivery that is in the store. */
export type RecordedDelivery = Extract<RecordResult, { outcome: "recorded" }>;

/** After a delivery: its events are queued and run. Never throws. */
export async function workAfterDelivery(
  delivery: Delivery,
  recorded: RecordedDelivery,
  call: AnsweredCall & { readonly answerMs: number; readonly style: LogStyle },
): Promise<void> {
  const { deploy, database, environment, arrivedAt, answerMs, style } = call;
  // A person gets one block, which says what the handlers did too.
  const block =
    style.reader === "person" ? openDeliveryBlock({ delivery, recorded, answerMs }, style) : undefined;
  let hasAlert = false;
  const reportLine = block?.report ?? openReporter(style);
  const report: Reporter = (happened) => {
    hasAlert ||= changesAlerts(happened, arrivedAt);
    reportLine(happened);
  };
  await runMarked(call, report, async () => {
    const handlers = await loadHandlers(report);
    if (handlers === null) return false;
    block?.expect(handlersByUuid(delivery, recorded, handlers));
    const isDone = await followDelivery(database, recorded, { ...call, handlers, report });
    const isAlerted = !hasAlert || (await alertOnFailures({ database, handlers }, environment, arrivedAt));
    // What an old deploy recorded is run by the published one.
    return isDone && isAlerted && mayRunWork(deploy);
  });
  block?.close();
}

/** After a change through the API, such as a replay or a discard: what is due is run. Never throws. */
export async function workAfterChange(work: Work, call: AnsweredCall): Promise<void> {
  await runMarked(call, work.report, async () => {
    const isDone = await runAfterReplay(work, call.arrivedAt);
    return (await alertOnFailures(work, call.environment, call.arrivedAt)) && isDone;
  });
}

/**
 * Loads the handlers when they are needed: without them, deliveries are still recorded and people's data is still removed in time.
 * @returns null where they do not load, which is reported
 */
export async function loadHandlers(report: Reporter): Promise<readonly Handler[] | null> {
  try {
    return (await import("../handlers/index.ts")).handlers;
  } catch (error) {
    report({ kind: "handlers-broken", error: failureText(error) });
    return null;
  }
}

/** @param run gives whether nothing is left */
async function runMarked(
  { marker }: AnsweredCall,
  report: Reporter,
  run: () => Promise<boolean>,
): Promise<void> {
  let isClean = false;
  try {
    isClean = await run();
  } catch (error) {
    report({ kind: "work-interrupted", error: interruption(error) });
  }
  await marker?.end(isClean);
}

/** Whether an alert may have to be sent now: a handler that failed for a shorter time had none. */
function changesAlerts(happened: WorkReport, now: number): boolean {
  if (happened.kind === "dead-letter") return true;
  if (happened.kind !== "handler-changed") return false;
  return happened.change !== "recovered" || now - happened.since.getTime() >= FAILING_AFTER_MS;
}

/** The handlers that will run for the events that are new. */
function handlersByUuid(
  { events }: Delivery,
  { newUuids, tooOldUuids }: RecordedDelivery,
  handlers: readonly Handler[],
): ReadonlyMap<string, readonly string[]> {
  const tooOld = new Set(tooOldUuids);
  const isNew = new Set(newUuids.filter((uuid) => !tooOld.has(uuid)));
  return new Map(
    events
      .filter(({ event }) => isNew.has(event.uuid))
      .map(({ event }) => [event.uuid, handlersFor(handlers, event.eventType).map(({ name }) => name)]),
  );
}
