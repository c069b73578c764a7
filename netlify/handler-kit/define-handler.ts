/**
 * A handler: one reaction to some of Okta's events. When it runs, and how often it is tried, is decided in
 * `events/work`; this file only says what a handler is.
 */
import type * as z from "zod/mini";
import type { LogEvent } from "../hook/log-event.ts";
import { type EventPattern, type EventTypeOf, subscribedEventTypes } from "./event-pattern.ts";
import { HANDLER_NAME } from "./handler-name.ts";

/** A zod object of environment variables, e.g. `z.object({ HR_URL: z.url() })`; of `zod` or of `zod/mini`. */
export type SettingsSchema = z.core.$ZodObject;

/** What `context.settings` is: what the schema makes of the variables, or nothing where none are declared. */
type SettingsOf<Schema> = Schema extends SettingsSchema ? z.core.output<Schema> : object;

/** Writes a line to the site's log, marked with the handler and the event. Never log what you must not keep. */
export interface HandlerLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a handler gets beside its event. */
export interface HandlerContext<Settings = unknown> {
  /** The settings it declares, read from the environment and checked for this very run. Never log them. */
  readonly settings: Settings;
  readonly log: HandlerLog;
  /** Aborts when the handler's time is up. Pass it on, e.g. `fetch(url, { signal })`. */
  readonly signal: AbortSignal;
  /** 1 for the first try of this event, 2 for the one after the first failure, and so on. */
  readonly attempt: number;
  /** With `order` or `latest`: a run of the same key whose event was published later has begun before this one. */
  readonly late: boolean;
}

/** An event as a handler for these patterns sees it. */
export type HandledEvent<Pattern extends EventPattern> = LogEvent & { eventType: EventTypeOf<Pattern> };

/** What `defineHandler` takes. */
export interface HandlerDefinition<
  Pattern extends EventPattern,
  Settings extends SettingsSchema | undefined = undefined,
> {
  /** Names it in the log, on the page and in its jobs. Renaming it orphans what is queued under the old name. */
  readonly name: string;
  /** An event type, a family such as "user.lifecycle.*", "*", or a list of these. */
  readonly on: Pattern | readonly Pattern[];
  /**
   * Which of these events it is for: all, unless told. What it says false to is not queued. It runs after the answer, decides by
   * the event alone, and may be asked again before each try. An event at which it throws is queued, and its run fails.
   */
  when?(event: HandledEvent<Pattern>): boolean;
  /**
   * One at a time: of the runs with one key the event that was published first goes first, e.g. `order: byUser`. A run that waits for
   * its next try holds the later ones; a dead letter does not. It is asked when the event is queued; where it throws, or gives what
   * is no key, the run is a dead letter at once. A key is a text of 256 characters at most; null: the run waits for no other.
   */
  order?(event: HandledEvent<Pattern>): string | null;
  /** Only the newest: of the runs with one key that wait, all but the newest are superseded. Else as `order`; never both. */
  latest?(event: HandledEvent<Pattern>): string | null;
  /** False: failures in a row do not stop its new runs, and each costs a try. */
  readonly circuit?: boolean;
  /**
   * The environment variables it needs, as a zod object: `context.settings` has them, read and typed. Where one is missing or wrong
   * the run fails, naming the variable and never its value, and is tried again like any other.
   */
  readonly settings?: Settings;
  /** How long one try may take, in milliseconds: 10,000 unless told, 15,000 at most. */
  readonly timeoutMs?: number;
  /** How often a failed event is tried again before it becomes a dead letter: 10 unless told, 0 to 20. */
  readonly retries?: number;
  /**
   * Reacts to one event. Throwing (or a rejected promise) is a failure and is tried again. A `RetryAfterError` puts the run off instead, a
   * `NonRetriableError` makes it a dead letter at once.
   *
   * It can run more than once for an event (a crash between its work and our note of it): `event.uuid` is its
   * idempotency key. Without `order` events come in no promised order. An event is a ping: where the present state
   * matters, read it from Okta again.
   */
  handle(event: HandledEvent<Pattern>, context: HandlerContext<SettingsOf<Settings>>): unknown;
}

/** A defined handler, as the queue sees it. */
export interface Handler {
  readonly name: string;
  /** Its patterns. */
  readonly on: readonly EventPattern[];
  readonly settings?: SettingsSchema;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly circuit: boolean;
  /** Absent: it is for every event that `on` lets through. */
  when?(event: LogEvent): boolean;
  /** One of them at most. `readKey` calls it, and checks what it gives. */
  order?(event: LogEvent): string | null;
  latest?(event: LogEvent): string | null;
  handle(event: LogEvent, context: HandlerContext): unknown;
}

/** A handler, or the list of them, cannot be used as it is. Thrown by `defineHandler` and `listHandlers`. */
export class HandlerDefinitionError extends Error {
  override readonly name = "HandlerDefinitionError";
}

/**
 * The longest a single try may take. A sweep has 30 seconds in all (Netlify, scheduled functions), of which it gives
 * 21 to handlers, and begins with waking the database; no try is begun that could not have its full time.
 */
export const MAX_TIMEOUT_MS = 15_000;
/** How long a try may take unless the handler says otherwise. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** The first wait is 5 to 10 s and each further one twice as long: ten retries outlast an outage of an hour or two. */
const DEFAULT_RETRIES = 10;
const MAX_RETRIES = 20;

/**
 * Defines a handler. List it in `handlers/index.ts`, or it never runs.
 * @throws {HandlerDefinitionError} when the name, the patterns or a limit cannot be used.
 */
export function defineHandler<
  const Pattern extends EventPattern,
  Settings extends SettingsSchema | undefined = undefined,
>(definition: HandlerDefinition<Pattern, Settings>): Handler {
  const {
    name,
    settings,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    retries = DEFAULT_RETRIES,
    circuit = true,
  } = definition;
  if (!HANDLER_NAME.test(name)) {
    throw new HandlerDefinitionError(
      `${JSON.stringify(name)} cannot name a handler. Use small letters, digits and single hyphens, 64 at most, e.g. greet-new-user`,
    );
  }
  const on: readonly Pattern[] = isList(definition.on) ? definition.on : [definition.on];
  if (on.length === 0) {
    throw new HandlerDefinitionError(`Handler ${name} listens to nothing. Give "on" at least one event type`);
  }
  for (const pattern of on) {
    if (subscribedEventTypes(pattern).length === 0) {
      throw new HandlerDefinitionError(
        `Handler ${name}: no event type that hooks may have matches ${pattern}`,
      );
    }
  }
  checkNumber(name, "timeoutMs", timeoutMs, 1, MAX_TIMEOUT_MS);
  checkNumber(name, "retries", retries, 0, MAX_RETRIES);
  checkSettings(name, settings);
  if (definition.order && definition.latest) {
    throw new HandlerDefinitionError(`Handler ${name} has both order and latest. Take one of them`);
  }
  for (const option of ["when", "order", "latest"] as const) {
    if (definition[option] === undefined || typeof definition[option] === "function") continue;
    throw new HandlerDefinitionError(`Handler ${name}: ${option} must be a function of the event`);
  }
  return Object.freeze({
    name,
    on,
    timeoutMs,
    retries,
    circuit,
    ...(settings && { settings }),
    ...(definition.when && { when: definition.when.bind(definition) }),
    ...(definition.order && { order: definition.order.bind(definition) }),
    ...(definition.latest && { latest: definition.latest.bind(definition) }),
    handle: definition.handle.bind(definition),
  });
}

/** `Array.isArray` does not narrow a readonly array. */
function isList<Item>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

function checkSettings(name: string, schema: SettingsSchema | undefined): void {
  if (schema === undefined) return;
  if (schema._zod?.def?.type !== "object") {
    throw new HandlerDefinitionError(`Handler ${name}: settings must be a z.object of environment variables`);
  }
  for (const variable of Object.keys(schema._zod.def.shape)) {
    if (/^[a-z_][a-z0-9_]*$/i.test(variable)) continue;
    throw new HandlerDefinitionError(
      `Handler ${name}: ${JSON.stringify(variable)} cannot name an environment variable. Write it e.g. HR_URL`,
    );
  }
}

function checkNumber(name: string, setting: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new HandlerDefinitionError(
    `Handler ${name}: ${setting} must be a whole number from ${min} to ${max}`,
  );
}
