/** Runs one handler on one event: within its time, and without letting anything that it throws out. */
import type { Clock } from "../../base/clock.ts";
import type { Handler, HandlerContext, HandlerLog } from "../../handler-kit/define-handler.ts";
import type { SyncStore } from "../../handler-kit/define-sync.ts";
import { NonRetriableError, RetryAfterError } from "../../handler-kit/handler-error.ts";
import { readHandlerSettings } from "../../handler-kit/handler-settings.ts";
import type { LogEvent } from "../../hook/log-event.ts";
import { handlerDirectory } from "../../okta/directory/handler-directory.ts";
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
  readonly clock: Clock;
  readonly report: Reporter;
  /** The handler's settings are read from here, anew for each try. */
  readonly environment: Environment;
}

/** What a run adds to that. */
export interface RunOptions extends TryOptions, Pick<HandlerContext, "payload" | "attempt" | "late"> {
  /** Undefined: the handler is no sync. */
  readonly syncStore: SyncStore | undefined;
}

/** Runs a handler on an event. */
export async function runHandler(
  handler: Handler,
  event: LogEvent,
  { payload, attempt, late, syncStore, ...options }: RunOptions,
): Promise<TryOutcome> {
  return await tryHandler(handler, event, options, async (context) => {
    // Asked again: it may have thrown when the event was queued, or have been changed since.
    if (handler.when?.(event) === false) return context.log.info("filtered out by its `when`");
    const run = { ...context, payload, attempt, late, ...(syncStore && { syncStore }) };
    return await handler.handle(event, run);
  });
}

/**
 * Does something that is a handler's, with its settings and within its time.
 *
 * What takes longer than the handler's `timeoutMs` has its signal aborted and counts as failed, whether it heeds the signal or not. What
 * goes on regardless may overlap with the next try.
 * @param about the event; or the id of a user or group, where none made it happen
 */
export async function tryHandler(
  handler: Handler,
  about: LogEvent | string,
  { clock, report, environment }: TryOptions,
  work: (context: Pick<HandlerContext, "settings" | "log" | "signal" | "okta">) => Promise<unknown>,
): Promise<TryOutcome> {
  const { timeoutMs } = handler;
  const ofEvent = typeof about === "string" ? {} : { event: about };
  const failure = (outcome: "failed" | "dead", error: unknown, text: string): TryOutcome => ({
    outcome,
    error: text,
    fingerprint: fingerprintFailure({ handler: handler.name, error, ...ofEvent }),
  });
  const failed = (text: string) => failure("failed", text, text);
  const reading = readHandlerSettings(handler, environment);
  if (!reading.usable) return failed(`its settings: ${reading.problem}`);
  const { settings } = reading;
  const log = logFor(handler.name, typeof about === "string" ? about : about.uuid, report);
  const timeUp = new AbortController();
  const { signal } = timeUp;
  const ended = new AbortController();
  const tooLong = `took longer than ${timeoutMs} ms and was aborted`;
  const attempt = async (): Promise<TryOutcome> => {
    try {
      const okta = handlerDirectory({ scopes: handler.okta, environment, clock, signal });
      await work({ settings, log, signal, okta });
      return signal.aborted ? failed(tooLong) : { outcome: "done" };
    } catch (thrown) {
      if (signal.aborted) return failed(tooLong);
      if (thrown instanceof RetryAfterError) {
        return { outcome: "postponed", delayMs: thrown.delayMs(clock.now()), error: failureText(thrown) };
      }
      return failure(thrown instanceof NonRetriableError ? "dead" : "failed", thrown, failureText(thrown));
    }
  };
  const limit = async () => {
    if (await clock.wait(timeoutMs, ended.signal)) timeUp.abort(new DOMException(tooLong, "TimeoutError"));
    return "time-up" as const;
  };
  try {
    const outcome = await Promise.race([limit(), attempt()]);
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
