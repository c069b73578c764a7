/** Runs one handler on one event: within its time, and without letting anything that it throws out. */

import type { Clock } from "../../clock.ts";
import type { Handler, HandlerLog } from "../../handler-kit/define-handler.ts";
import type { LogEvent } from "../../hook/log-event.ts";
import { failureText } from "./failure-text.ts";
import type { Reporter } from "./work-report.ts";

/** What a try came to. */
export type Tried = { readonly outcome: "done" } | { readonly outcome: "failed"; readonly error: string };

/**
 * A handler that takes longer than `limitMs` has its signal aborted and counts as failed, whether it heeds the signal or
 * not. One that goes on regardless may overlap with its own next try.
 */
export async function runHandler(
  handler: Handler,
  event: LogEvent,
  {
    attempt,
    limitMs,
    clock,
    report,
  }: { readonly attempt: number; readonly limitMs: number; readonly clock: Clock; readonly report: Reporter },
): Promise<Tried> {
  const timeUp = new AbortController();
  const ended = new AbortController();
  const late: Tried = { outcome: "failed", error: `took longer than ${limitMs} ms and was aborted` };
  const work = async (): Promise<Tried> => {
    try {
      await handler.handle(event, {
        log: logFor(handler.name, event.uuid, report),
        signal: timeUp.signal,
        attempt,
      });
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
