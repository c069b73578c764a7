/** Reads events back from the store as handlers see them, through the same reader that they came in by. */
import type { LogEvent } from "../../hook/log-event.ts";
import { readEvent } from "../../hook/read-event.ts";
import type { Database } from "../database/database.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";
import type { NewEvent } from "../record/record-delivery.ts";

/** An event of the store, or why there is none for a handler. */
export type LoadedEvent =
  | { readonly readable: true; readonly event: LogEvent }
  | { readonly readable: false; readonly reason: string };

/**
 * Reads these events.
 * @returns a function that gives one of them, anew at each call: what a handler does to its event, no other one sees
 */
export async function loadEvents(
  database: Database,
  uuids: readonly string[],
): Promise<(uuid: string) => LoadedEvent> {
  const { rows } = await database.query<{ uuid: string; payload: string | null }>(
    "select uuid, payload from events where uuid = any($1::text[])",
    [[...new Set(uuids)]],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const payloads = new Map(rows.map(({ uuid, payload }) => [uuid, payload]));
  return (uuid) => readPayload(payloads.get(uuid));
}

/** Gives an event that was just recorded. Undefined: there is no such event. */
export function readNewEvent(recorded: Pick<NewEvent, "event" | "payload"> | undefined): LoadedEvent {
  if (!recorded?.event) return readPayload(recorded?.payload);
  return { readable: true, event: structuredClone(recorded.event) };
}

/** Reads a payload as it was stored. Undefined: there is no such event; null: it is past its retention. */
export function readPayload(payload: string | null | undefined): LoadedEvent {
  if (payload === undefined) return { readable: false, reason: "its event is not in the store any more" };
  if (payload === null) return { readable: false, reason: "the payload of its event is past its retention" };
  const reading = readEvent(JSON.parse(payload));
  if (reading.readable) return { readable: true, event: reading.event };
  return { readable: false, reason: `its event cannot be read: ${reading.problems.join("; ")}` };
}
