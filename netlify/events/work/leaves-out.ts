import type { Handler } from "../../handler-kit/define-handler.ts";
import type { LoadedEvent } from "./load-events.ts";

/**
 * Whether the handler's `when` says no to the event. One that throws says nothing: its run will fail with what it throws.
 * @param read gives the event anew: what a `when` does to it, nobody else sees
 */
export function leavesOut({ when }: Pick<Handler, "when">, read: () => LoadedEvent): boolean {
  if (when === undefined) return false;
  const loaded = read();
  if (!loaded.readable) return false;
  try {
    return when(loaded.event) === false;
  } catch {
    return false;
  }
}
