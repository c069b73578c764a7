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
import { displayMessageOf, sampleParties } from "../samples/sample-parties.ts";
import type { Handler } from "./define-handler.ts";
import type { UncataloguedEventType } from "./event-pattern.ts";
import { NonRetriableError, RetryAfterError } from "./handler-error.ts";
import { handlersFor } from "./handler-list.ts";
import { readHandlerSettings } from "./handler-settings.ts";
import { readKey } from "./run-key.ts";

/** A line that the handler logged. */
export interface LoggedLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What a run of a handler came to. */
export interface TestRun {
  /** `later`: it threw a `RetryAfterError`. `dead`: a `NonRetriableError`. What it throws else is thrown. */
  readonly outcome: "done" | "later" | "dead";
  /** What its `order` or `latest` gives for the event; null: nothing, or it has neither. */
  readonly key: string | null;
  readonly lines: readonly LoggedLine[];
  /** What the handler returned; the queue ignores it. */
  readonly result?: unknown;
  /** What it threw, where that puts it off or ends it. */
  readonly error?: RetryAfterError | NonRetriableError;
  /** `later`: after so many milliseconds it would be tried again. */
  readonly delayMs?: number;
}

/**
 * A valid event of this type, by and about those whom such events are about: a user, a user and a group, a policy and its rule …
 * Give the fields that the test is about. The same call makes the same event.
 */
export function makeEvent<Type extends OktaEventType | UncataloguedEventType>(
  eventType: Type,
  fields: Partial<Omit<LogEvent, "eventType">> = {},
): LogEvent & { eventType: Type } {
  let ids = 0;
  const { actor, target } = sampleParties(eventType, (prefix) => `${prefix}${++ids}`.padEnd(20, "x"));
  return {
    uuid: "7c1a4f0e-0000-4000-8000-000000000001",
    published: "2026-01-15T09:30:00.000Z",
    version: "0",
    severity: "INFO",
    displayMessage: displayMessageOf(eventType),
    actor: { ...actor },
    target: target.map((party) => ({ ...party })),
    outcome: { result: "SUCCESS", reason: null },
    ...fields,
    eventType,
  };
}

/** How a test runs a handler. */
export interface TestRunOptions {
  /** The handler's settings, as text, as the environment has them. They are checked as before a real run. */
  readonly settings?: Readonly<Record<string, string>>;
  /** 1 unless told. */
  readonly attempt?: number;
  /** False unless told. */
  readonly late?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Runs a handler as the queue would.
 * @throws what the handler throws, where that is a failure; what its `order` or `latest` throws
 * @throws {TypeError} when the handler would never get this event, by its `on` or its `when`; or when its settings cannot be used:
 * the message names each variable at fault
 */
export async function runHandler(
  handler: Handler,
  event: LogEvent,
  { settings = {}, attempt = 1, late = false, signal = new AbortController().signal }: TestRunOptions = {},
): Promise<TestRun> {
  if (handlersFor([handler], event.eventType).length === 0) {
    throw new TypeError(
      `${handler.name} listens to ${handler.on.join(", ")}, so it never gets ${event.eventType}`,
    );
  }
  if (handler.when?.(event) === false) {
    throw new TypeError(`${handler.name} leaves this event out by its \`when\`, so it never gets it`);
  }
  const reading = readHandlerSettings(handler, (variable) => settings[variable]);
  if (!reading.usable) throw new TypeError(`The settings of ${handler.name}: ${reading.problem}`);
  const lines: LoggedLine[] = [];
  const write = (level: LoggedLine["level"]) => (message: string, fields?: LoggedLine["fields"]) => {
    lines.push({ level, message, ...(fields && { fields }) });
  };
  const log = { info: write("info"), warn: write("warn"), error: write("error") };
  const key = readKey(handler, event);
  try {
    const result = await handler.handle(event, { settings: reading.settings, log, signal, attempt, late });
    return { outcome: "done", key, lines, result };
  } catch (error) {
    if (error instanceof RetryAfterError) {
      return { outcome: "later", key, lines, error, delayMs: error.delayMs(Date.now()) };
    }
    if (error instanceof NonRetriableError) return { outcome: "dead", key, lines, error };
    throw error;
  }
}
