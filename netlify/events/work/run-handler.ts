/** Runs one handler on one event: within its time, and without letting anything that it throws out. */
import type { Clock } from "../../base/clock.ts";
import type { Handler, HandlerLog } from "../../handler-kit/define-handler.ts";
import { readHandlerSettings } from "../../handler-kit/handler-settings.ts";
import type { LogEvent } from "../../hook/log-event.ts";
import type { Environment } from "../../settings/environment.ts";
import { failureText } from "./failure-text.ts";
import type { Reporter } from "./work-report.ts";

/** What a try came to. */
export type Tried = { readonly outcome: "done" } | { readonly outcome: "failed"; readonly error: string };

/** How a try is made. */
export interface Try {
  readonly attempt: number;
  readonly limitMs: number;
  readonly clock: Clock;
  readonly report: Reporter;
  /** The handler's settings are read from here, anew for each try. */
  readonly environment: Environment;
}

/**
 * A handler that takes longer than `limitMs` has its signal aborted and counts as failed, whether it heeds the signal or
 * not. One that goes on regardless may overlap with its own next try.
 */
export async function runHandler(
  handler: Handler,
  event: LogEvent,
  { attempt, limitMs, clock, report, environment }: Try,
): Promise<Tried> {
  const reading = readHandlerSettings(handler, environment);
  if (!reading.usable) return { outcome: "failed", error: `its settings: ${reading.problem}` };
  const { settings } = reading;
  const log = logFor(handler.name, event.uuid, report);
  const timeUp = new AbortController();
  const ended = new AbortController();
  const late: Tried = { outcome: "failed", error: `took longer than ${limitMs} ms and was aborted` };
  const work = async (): Promise<Tried> => {
    try {
      // Asked again: it may have thrown when the event was queued, or have been changed since.
      if (handler.when?.(event) === false) {
        log.info("left out by its `when`");
        return { outcome: "done" };
      }
      await handler.handle(event, { settings, log, signal: timeUp.signal, attempt, late: false });
      return timeUp.signal.aborted ? late : { outcome: "done" };
    } catch (thrown) {
      return timeUp.signal.aborted ? late : { outcome: "failed", error: failureText(thrown) };
    }
  };
  const limit = async (): Promise<Tried> => {
    if (await clock.wait(limitMs, ended.signal)) timeUp.abort(new DOMException(late.error, "TimeoutError"));
    return late;
  };
  try {
    return await Promise.race([limit(), work()]);
  } finally {
    ended.abort();
  }
}

function logFor(handler: string, uuid: string, report: Reporter): HandlerLog {
  const write =
    (level: "info" | "warn" | "error") => (message: string, fields?: Readonly<Record<string, unknown>>) =>
      report({ kind: "handler-log", level, handler, uuid, message, ...(fields && { fields }) });
  return { info: write("info"), warn: write("warn"), error: write("error") };
}
