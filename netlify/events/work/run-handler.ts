/** Runs one handler on one event: within its time, and without letting anything that it throws out. */
import type { Clock } from "../../base/clock.ts";
import type { Handler, HandlerLog } from "../../handler-kit/define-handler.ts";
import { NonRetriableError, RetryAfterError } from "../../handler-kit/handler-error.ts";
import { readHandlerSettings } from "../../handler-kit/handler-settings.ts";
import type { LogEvent } from "../../hook/log-event.ts";
import type { Environment } from "../../settings/environment.ts";
import { failureText } from "./failure-text.ts";
import { fingerprintFailure } from "./fingerprint-failure.ts";
import type { Reporter } from "./work-report.ts";

/** What a try came to. */
export type TryOutcome =
  | { readonly outcome: "done" }
  | { readonly outcome: "postponed"; readonly delayMs: number; readonly error: string }
  | { readonly outcome: "failed" | "dead"; readonly error: string; readonly fingerprint: string };

/** How a try is made. */
export interface TryOptions {
  readonly attempt: number;
  readonly late: boolean;
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
  { attempt, late, limitMs, clock, report, environment }: TryOptions,
): Promise<TryOutcome> {
  const failure = (outcome: "failed" | "dead", error: unknown, text: string): TryOutcome => ({
    outcome,
    error: text,
    fingerprint: fingerprintFailure({ handler: handler.name, error, event }),
  });
  const failed = (text: string) => failure("failed", text, text);
  const reading = readHandlerSettings(handler, environment);
  if (!reading.usable) return failed(`its settings: ${reading.problem}`);
  const { settings } = reading;
  const log = logFor(handler.name, event.uuid, report);
  const timeUp = new AbortController();
  const ended = new AbortController();
  const tooLong = `took longer than ${limitMs} ms and was aborted`;
  const work = async (): Promise<TryOutcome> => {
    try {
      // Asked again: it may have thrown when the event was queued, or have been changed since.
      if (handler.when?.(event) === false) {
        log.info("filtered out by its `when`");
        return { outcome: "done" };
      }
      await handler.handle(event, { settings, log, signal: timeUp.signal, attempt, late });
      return timeUp.signal.aborted ? failed(tooLong) : { outcome: "done" };
    } catch (thrown) {
      if (timeUp.signal.aborted) return failed(tooLong);
      if (thrown instanceof RetryAfterError) {
        return { outcome: "postponed", delayMs: thrown.delayMs(clock.now()), error: failureText(thrown) };
      }
      return failure(thrown instanceof NonRetriableError ? "dead" : "failed", thrown, failureText(thrown));
    }
  };
  const limit = async () => {
    if (await clock.wait(limitMs, ended.signal)) timeUp.abort(new DOMException(tooLong, "TimeoutError"));
    return "time-up" as const;
  };
  try {
    const outcome = await Promise.race([limit(), work()]);
    return outcome === "time-up" ? failed(tooLong) : outcome;
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
