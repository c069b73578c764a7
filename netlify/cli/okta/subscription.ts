/** The event types that the project's handlers listen to: what the org's hook has to subscribe to. */
import { CommandError } from "../terminal.ts";

/**
 * Loads the handlers and lists their event types.
 * @throws {CommandError} when a handler cannot be loaded.
 */
export async function subscription(): Promise<readonly string[]> {
  try {
    const [{ handlers }, { listenedEventTypes }] = await Promise.all([
      import("../../handlers/index.ts"),
      import("../../handler-kit/handler-list.ts"),
    ]);
    return listenedEventTypes(handlers);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`The handlers cannot be loaded: ${reason}`, { cause });
  }
}
