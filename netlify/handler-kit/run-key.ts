/** The key of a run: the runs of a handler with one key wait for each other, or replace each other. */
import { isStorable } from "../base/storable.ts";
import type { LogEvent } from "../hook/log-event.ts";
import type { Handler } from "./define-handler.ts";

/** In UTF-16 units. An id of Okta's is 20. */
const MAX_KEY_LENGTH = 256;

/**
 * For `order` and `latest`: the Okta id of the person that an event is about, its target of type User; else of the one who did it.
 * @returns null where no user is named, or one that Okta does not know
 */
export function byUser({ actor, target }: Pick<LogEvent, "actor" | "target">): string | null {
  const user = [...(target ?? []), actor].find((party) => party?.type === "User" && isOktaId(party.id));
  return user?.id ?? null;
}

/** A sign-in with a name that nobody has is by a User whose id is "unknown". */
function isOktaId(id: string | null | undefined): boolean {
  return Boolean(id) && id !== "unknown";
}

/**
 * Reads the key of an event's run, when the event is queued.
 * @param event a copy of its own: the handler's function may change it
 * @returns null: the run has none, and neither waits for another nor replaces one
 * @throws what the handler's function throws; a TypeError, which does not repeat the key, when it gives none that can be used
 */
export function readKey({ name, order, latest }: Handler, event: LogEvent): string | null {
  const keyOf = order ?? latest;
  if (keyOf === undefined) return null;
  const key: unknown = keyOf(event);
  if (key === null) return null;
  if (isKey(key)) return key;
  const option = order ? "order" : "latest";
  throw new TypeError(`${option} of ${name} must give a key or null, not ${describe(key)}`);
}

function isKey(key: unknown): key is string {
  return typeof key === "string" && key !== "" && key.length <= MAX_KEY_LENGTH && isStorable(key);
}

function describe(key: unknown): string {
  if (typeof key !== "string") return key instanceof Promise ? "a promise" : `a value of type ${typeof key}`;
  if (key === "") return "an empty text";
  if (key.length > MAX_KEY_LENGTH) return `a text of more than ${MAX_KEY_LENGTH} characters`;
  return "a text that Postgres cannot store (NUL, or half a character)";
}
