/** Which runs an event is queued for: one for each handler that listens to its type and whose `when` does not filter it out. */
import type { Handler } from "../../handler-kit/define-handler.ts";
import { handlersFor } from "../../handler-kit/handler-list.ts";
import { readKey } from "../../handler-kit/run-key.ts";
import type { Database } from "../database/database.ts";
import { failureText } from "./failure-text.ts";
import { fingerprintFailure } from "./fingerprint-failure.ts";
import { type LoadedEvent, loadEvents } from "./load-events.ts";
import type { NewRun, RunCause } from "./queue/queue-runs.ts";

/** An event to be queued. */
export interface QueueableEvent {
  readonly uuid: string;
  readonly eventType: string;
  /** In ISO 8601. */
  readonly published: string;
  readonly cause: RunCause;
  /** Gives it, anew at each call; null: it is read from the store where some handler asks for it. */
  readonly read: (() => LoadedEvent) | null;
}

/** Longer payloads are not read along with a whole batch of events, but a few at a time. */
export const USUAL_PAYLOAD_BYTES = 64 * 1024;
const LOAD_BATCH_SIZE = 10;

/** Whether its runs depend on what the event says. */
const readsEvent = ({ when, order, latest }: Handler) => (when ?? order ?? latest) !== undefined;

/** The event types that some handler has to read before it is queued, as patterns of SQL's `like`: they may match some more. */
export function readTypes(handlers: readonly Handler[]): string[] {
  return handlers.filter(readsEvent).flatMap(({ on }) => on.map((pattern) => pattern.replace("*", "%")));
}

/**
 * The runs of these events, in their order. An event that cannot be read, or at which a `when` throws, is queued: its run says why it
 * fails. Where a key function throws the run has a `failure`.
 */
export async function chooseRuns(
  { database, handlers }: { readonly database: Database; readonly handlers: readonly Handler[] },
  events: readonly QueueableEvent[],
): Promise<NewRun[]> {
  const runsOf = (event: QueueableEvent, read: () => LoadedEvent) =>
    handlersFor(handlers, event.eventType)
      .filter((handler) => !isFilteredOut(handler, read))
      .map((handler) => newRun(handler, event, read));
  const unread = events.filter(
    ({ eventType, read }) => read === null && handlersFor(handlers, eventType).some(readsEvent),
  );
  const runs = new Map<string, NewRun[]>();
  for (let start = 0; start < unread.length; start += LOAD_BATCH_SIZE) {
    const batch = unread.slice(start, start + LOAD_BATCH_SIZE);
    const loaded = await loadEvents(
      database,
      batch.map(({ uuid }) => uuid),
    );
    for (const event of batch)
      runs.set(
        event.uuid,
        runsOf(event, () => loaded(event.uuid)),
      );
  }
  return events.flatMap((event) => runs.get(event.uuid) ?? runsOf(event, event.read ?? neverRead));
}

/** No handler reads it. */
const neverRead = (): LoadedEvent => ({ readable: false, reason: "it was not read" });

/** The run of an event for a handler that wants it. */
export function newRun(
  handler: Handler,
  { uuid, eventType, published, cause }: Omit<QueueableEvent, "read">,
  read: () => LoadedEvent,
): NewRun {
  const { name, retries, latest } = handler;
  const run = { uuid, eventType, published, cause, handler: name, retries, latest: latest !== undefined };
  if (!readsEvent(handler)) return { ...run, key: null };
  const loaded = read();
  // Its run says why it cannot be read.
  if (!loaded.readable) return { ...run, key: null };
  try {
    return { ...run, key: readKey(handler, loaded.event) };
  } catch (error) {
    const fingerprint = fingerprintFailure({ handler: name, error, event: loaded.event });
    return { ...run, key: null, failure: { error: failureText(error), fingerprint } };
  }
}

/**
 * Whether the handler's `when` says no to the event. One that throws says nothing: its run will fail with what it throws.
 * @param read gives the event anew: what a `when` does to it, nobody else sees
 */
export function isFilteredOut({ when }: Pick<Handler, "when">, read: () => LoadedEvent): boolean {
  if (when === undefined) return false;
  const loaded = read();
  if (!loaded.readable) return false;
  try {
    return when(loaded.event) === false;
  } catch {
    return false;
  }
}
