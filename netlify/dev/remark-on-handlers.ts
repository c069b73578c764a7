/** What can be said of a list of handlers that loads, and that does not do what it looks like. */
import { eligibleEventTypes } from "../catalogue/event-types.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { isDeclaredUncatalogued } from "../handler-kit/event-pattern.ts";
import { nearestEventTypes } from "../okta/nearest-event-types.ts";

/**
 * @param handlers those that `index.ts` lists
 * @param defined what each file of `netlify/handlers/` exports by default, by its name
 * @returns sentences
 */
export function remarkOnHandlers(
  handlers: readonly Handler[],
  defined: ReadonlyMap<string, unknown>,
): string[] {
  const known = new Set<string>(eligibleEventTypes);
  const uncatalogued = handlers.flatMap(({ name, on }) =>
    on
      .filter((type) => !type.endsWith("*") && !known.has(type) && !isDeclaredUncatalogued(type))
      .map((type) => {
        const [nearest] = nearestEventTypes(type, eligibleEventTypes, 1);
        return `${name} listens to ${type}, which is none of Okta's event types for hooks: is it ${nearest}? (A newer one: uncataloguedEventType("${type}").)`;
      }),
  );
  const unlisted = [...defined]
    .filter(([, handler]) => isHandler(handler) && !handlers.includes(handler))
    .map(([file]) => `netlify/handlers/${file} is not listed in netlify/handlers/index.ts: it never runs.`);
  return [...uncatalogued, ...unlisted];
}

function isHandler(value: unknown): value is Handler {
  return typeof value === "object" && value !== null && "handle" in value && "on" in value && "name" in value;
}
