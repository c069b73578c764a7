/** All handlers of the site: no two with the same name, asked by event type. */
import { type Handler, HandlerDefinitionError } from "./define-handler.ts";
import { matchesEventType, subscribedEventTypes } from "./event-pattern.ts";
import type { OktaScope } from "./okta.ts";

/**
 * Makes the list that `index.ts` exports.
 * @throws {HandlerDefinitionError} when two handlers have one name (their jobs could not be told apart), or when one is
 * something else: a file's default export, half written.
 */
export function listHandlers(handlers: readonly Handler[]): readonly Handler[] {
  const names = new Set<string>();
  for (const [index, handler] of handlers.entries()) {
    if (!isHandler(handler)) {
      throw new HandlerDefinitionError(
        `Number ${index + 1} of the handlers is none. Its file must end with: export default defineHandler({ … })`,
      );
    }
    const { name } = handler;
    if (names.has(name)) {
      throw new HandlerDefinitionError(
        `Two handlers are named ${name}. Rename one of them in netlify/handlers`,
      );
    }
    names.add(name);
  }
  return Object.freeze([...handlers]);
}

/** What `defineHandler` made has a list of patterns, whatever was given to it. */
function isHandler(value: unknown): value is Handler {
  const { name, on, handle } = Object(value);
  return typeof name === "string" && Array.isArray(on) && typeof handle === "function";
}

/** The handlers that an event of this type is for, each once however many of its patterns match. */
export function handlersFor(handlers: readonly Handler[], eventType: string): readonly Handler[] {
  return handlers.filter((handler) => handler.on.some((pattern) => matchesEventType(pattern, eventType)));
}

/** The event types the handlers listen to, families spread out, sorted: what the org's hook has to subscribe to. */
export function listenedEventTypes(handlers: readonly Handler[]): readonly string[] {
  return [...new Set(handlers.flatMap((handler) => handler.on.flatMap(subscribedEventTypes)))].sort();
}

/** The scopes that the handlers read Okta with, sorted. */
export function neededScopes(handlers: readonly Pick<Handler, "okta">[]): readonly OktaScope[] {
  return [...new Set(handlers.flatMap(({ okta }) => okta))].sort();
}
