/** All handlers of the site: no two with the same name, asked by event type. */
import { type Handler, HandlerDefinitionError } from "./define-handler.ts";
import { matchesEventType, subscribedEventTypes } from "./event-pattern.ts";

/**
 * Makes the list that `index.ts` exports.
 * @throws {HandlerDefinitionError} when two handlers have one name: their jobs could not be told apart.
 */
export function listHandlers(handlers: readonly Handler[]): readonly Handler[] {
  const names = new Set<string>();
  for (const { name } of handlers) {
    if (names.has(name)) {
      throw new HandlerDefinitionError(
        `Two handlers are named ${name}. Rename one of them in netlify/handlers`,
      );
    }
    names.add(name);
  }
  return Object.freeze([...handlers]);
}

/** The handlers that an event of this type is for, each once however many of its patterns match. */
export function handlersFor(handlers: readonly Handler[], eventType: string): readonly Handler[] {
  return handlers.filter((handler) => handler.on.some((pattern) => matchesEventType(pattern, eventType)));
}

/** The event types the handlers listen to, families spread out, sorted: what the org's hook has to subscribe to. */
export function listenedEventTypes(handlers: readonly Handler[]): readonly string[] {
  return [...new Set(handlers.flatMap((handler) => handler.on.flatMap(subscribedEventTypes)))].sort();
}
