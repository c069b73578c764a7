/** Runs one handler on one event: within its time, and without letting anything that it throws out. */
import type { Clock } from "../../base/clock.ts";
import type { Handler, HandlerContext, HandlerLog } from "../../handler-kit/define-handler.ts";
import type { SyncStore } from "../../handler-kit/define-sync.ts";
import { RetryAfterError } from "../../handler-kit/handler-error.ts";
import { readHandlerSettings } from "../../handler-kit/handler-settings.ts";
import type { LogEvent } from "../../hook/log-event.ts";
import { handlerDirectory } from "../../okta/directory/handler-directory.ts";
import type { Environment } from "../../settings/environment.ts";
import { failureText } from "./failure-text.ts";
import type { Reporter } from "./work-report.ts";

/** What a try came to. */
export type Tried =
  | { readonly outcome: "done" }
  | { readonly outcome: "postponed"; readonly delayMs: number; readonly error: string }
  | { readonly outcome: "failed"; readonly error: string };

/** How a try is made. */
export interface Try {
  readonly clock: Clock;
  readonly report: Reporter;
  /** The handler's settings are read from here, anew for each try. */
  readonly environment: Environment;
}

/** What any try of a handler is given. */
export type TryContext = Pick<HandlerContext, "settings" | "log" | "signal" | "okta">;

/**
 * Runs a handler on an event.
 *
 * One that takes longer than its `timeoutMs` has its signal aborted and counts as failed, whether it heeds the signal or not. One that goes on
 * regardless may overlap with its own next try.
 */
export async function runHandler(
  handler: Handler,
  event: LogEvent,
  {
    payload,
    attempt,
    syncStore,
    ...options
  }: Try & Pick<HandlerContext, "payload" | "attempt"> & { readonly syncStore: SyncStore | undefined },
): Promise<Tried> {
  return await tryHandler(handler, event.uuid, options, async (context) => {
    // Asked again: it may have thrown when the event was queued, or have been changed since.
    if (handler.when?.(event) === false) return context.log.info("left out by its `when`");
    const own = { payload, attempt, late: false, ...(syncStore && { syncStore }) };
    return await handler.handle(event, { ...context, ...own });
  });
}

/**
 * Does work of a handler: with its settings, within its time, and without letting anything that it throws out.
 * @param about the uuid of the event, or the id of a user or group: it marks the lines of the log
 */
export async function tryHandler(
  handler: Handler,
  about: string,
  { clock, report, environment }: Try,
  work: (context: TryContext) => Promise<unknown>,
): Promise<Tried> {
  const reading = readHandlerSettings(handler, environment);
  if (!reading.usable) return { outcome: "failed", error: `its settings: ${reading.problem}` };
  const { settings } = reading;
  const { timeoutMs: limitMs } = handler;
  const log = logFor(handler.name, about, report);
  const timeUp = new AbortController();
  const ended = new AbortController();
  const late: Tried = { outcome: "failed", error: `took longer than ${limitMs} ms and was aborted` };
  const attempt = async (): Promise<Tried> => {
    try {
      const { signal } = timeUp;
      const okta = handlerDirectory({ scopes: handler.okta, environment, clock, signal });
      await work({ settings, log, signal, okta });
      return timeUp.signal.aborted ? late : { outcome: "done" };
    } catch (thrown) {
      if (timeUp.signal.aborted) return late;
      if (thrown instanceof RetryAfterError) {
        return { outcome: "postponed", delayMs: thrown.delayMs(clock.now()), error: failureText(thrown) };
      }
      return { outcome: "failed", error: failureText(thrown) };
    }
  };
  const limit = async (): Promise<Tried> => {
    if (await clock.wait(limitMs, ended.signal)) timeUp.abort(new DOMException(late.error, "TimeoutError"));
    return late;
  };
  try {
    return await Promise.race([limit(), attempt()]);
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
