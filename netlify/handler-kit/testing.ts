/**
 * For the tests of handlers: a made event, and a run of one handler without a store or a queue.
 *
 * ```ts
 * const event = makeEvent("user.lifecycle.create", { target: [{ type: "User", id: "00u1" }] });
 * const run = await runHandler(greetNewUser, event);
 * expect(run.lines).toContainEqual({ level: "info", message: "new user", fields: { id: "00u1" } });
 * ```
 */

import type { OktaEventType } from "../catalogue/event-types.ts";
import type { LogEvent } from "../hook/log-event.ts";
import type { Handler } from "./define-handler.ts";
import type { UncataloguedEventType } from "./event-pattern.ts";
import { handlersFor } from "./handler-list.ts";

/** A line that the handler logged. */
export interface LoggedLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What a run of a handler came to. A handler that throws makes `runHandler` throw. */
export interface TestRun {
  readonly lines: readonly LoggedLine[];
  /** What the handler returned; the queue ignores it. */
  readonly result: unknown;
}

/** A valid event of this type. Give the fields that the test is about. */
export function makeEvent<Type extends OktaEventType | UncataloguedEventType>(
  eventType: Type,
  fields: Partial<Omit<LogEvent, "eventType">> = {},
): LogEvent & { eventType: Type } {
  return {
    uuid: "7c1a4f0e-0000-4000-8000-000000000001",
    published: "2026-01-15T09:30:00.000Z",
    ...fields,
    eventType,
  };
}

/**
 * Runs a handler as the queue would.
 * @throws {TypeError} when the handler does not listen to this type of event: it would never get it.
 */
export async function runHandler(
  handler: Handler,
  event: LogEvent,
  { attempt = 1, signal = new AbortController().signal }: { attempt?: number; signal?: AbortSignal } = {},
): Promise<TestRun> {
  if (handlersFor([handler], event.eventType).length === 0) {
    throw new TypeError(
      `${handler.name} listens to ${handler.on.join(", ")}, so it never gets ${event.eventType}`,
    );
  }
  const lines: LoggedLine[] = [];
  const write = (level: LoggedLine["level"]) => (message: string, fields?: LoggedLine["fields"]) => {
    lines.push({ level, message, ...(fields && { fields }) });
  };
  const log = { info: write("info"), warn: write("warn"), error: write("error") };
  const result = await handler.handle(event, { log, signal, attempt });
  return { lines, result };
}
