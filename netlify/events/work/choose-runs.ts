/** Which runs an event is queued for: one for each handler that listens to its type and whose `when` does not leave it out. */
import type { Handler } from "../../handler-kit/define-handler.ts";
import { handlersFor } from "../../handler-kit/handler-list.ts";
import type { Database } from "../database/database.ts";
import { leavesOut } from "./leaves-out.ts";
import { type LoadedEvent, loadEvents, readPayload } from "./load-events.ts";
import type { NewRun } from "./queue/queue.ts";
import { runId } from "./queue/run-id.ts";

/** An event to be queued. */
export interface QueueableEvent {
  readonly uuid: string;
  readonly eventType: string;
  /** Its payload, where some handler's `when` decides by it and it is of a usual size; else null. */
  readonly payload: string | null;
}

/** Longer payloads are not read along with a whole slice of events, but a few at a time. */
export const USUAL_PAYLOAD_BYTES = 64 * 1024;
const LOADED_AT_ONCE = 10;

/** The event types that some handler's `when` decides about, as patterns of SQL's `like`: they may match some more. */
export function decidedTypes(handlers: readonly Handler[]): string[] {
  return handlers.flatMap(({ when, on }) => (when ? on.map((pattern) => pattern.replace("*", "%")) : []));
}

/** The runs of these events. An event that cannot be read, or at which a `when` throws, is queued: its run says why it fails. */
export async function chooseRuns(
  { database, handlers }: { readonly database: Database; readonly handlers: readonly Handler[] },
  events: readonly QueueableEvent[],
): Promise<NewRun[]> {
  const runs: NewRun[] = [];
  const choose = ({ uuid, eventType }: QueueableEvent, read: () => LoadedEvent) => {
    for (const handler of handlersFor(handlers, eventType)) {
      if (leavesOut(handler, read)) continue;
      const { name, retries } = handler;
      runs.push({ id: runId(uuid, name), uuid, eventType, handler: name, retries });
    }
  };
  const unread: QueueableEvent[] = [];
  for (const event of events) {
    const { eventType, payload } = event;
    if (payload !== null || handlersFor(handlers, eventType).every(({ when }) => when === undefined)) {
      choose(event, () => readPayload(payload));
    } else unread.push(event);
  }
  for (let start = 0; start < unread.length; start += LOADED_AT_ONCE) {
    const slice = unread.slice(start, start + LOADED_AT_ONCE);
    const uuids = slice.map(({ uuid }) => uuid);
    const loaded = await loadEvents(database, uuids);
    for (const event of slice) choose(event, () => loaded(event.uuid));
  }
  return runs;
}
