/** What a handler is made with: `import { defineHandler } from "#handler-kit"`. Tests take `#handler-kit/testing`. */
export {
  defineHandler,
  type Handler,
  type HandlerContext,
  HandlerDefinitionError,
  type HandlerLog,
} from "./define-handler.ts";
export { uncataloguedEventType } from "./event-pattern.ts";
export { NonRetriableError, RetryAfterError } from "./handler-error.ts";
export { listHandlers } from "./handler-list.ts";
export { byUser } from "./run-key.ts";
