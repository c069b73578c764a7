/** The project's handlers, loaded when a command asks for them. */
import type { Handler } from "../handler-kit/define-handler.ts";
import { CommandError } from "./terminal.ts";

/** @throws {CommandError} when a handler cannot be loaded. */
export async function loadHandlers(): Promise<readonly Handler[]> {
  try {
    const { handlers } = await import("../handlers/index.ts");
    return handlers;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`The handlers cannot be loaded: ${reason}`, { cause });
  }
}
