/**
 * The first step of the site's build: loads the list of handlers, as the functions will. A handler that cannot be used, or
 * two of one name, would otherwise be noticed after the deploy, when nothing runs any more.
 */
import { HandlerDefinitionError } from "../handler-kit/define-handler.ts";

try {
  await import("../handlers/index.ts");
} catch (error) {
  if (error instanceof HandlerDefinitionError) {
    console.error(error.message);
  } else {
    console.error("netlify/handlers/index.ts cannot be loaded. A handler reads its settings in `handle`:");
    console.error(error);
  }
  process.exit(1);
}
// What a handler's module left open, such as a timer, must not hold up the build.
process.exit(0);
