/** A person as events name them: what to look for, and whether a text mentions it. */

/** Everything that stands for one person. Okta's ids are unique, logins nearly; a name may be somebody else's as well. */
export interface Person {
  readonly ids: readonly string[];
  readonly logins: readonly string[];
  readonly names: readonly string[];
}

/** Shorter texts stand in too many events to mean one person. */
export const MIN_PERSON_LENGTH = 3;

/** What Okta writes where it knows no login. */
const NO_LOGIN = new Set(["unknown", "null", "system@okta.com"]);

/** How deep an event is looked into; the receiver takes none that is nested deeper. */
const MAX_DEPTH = 100;

/**
 * Adds what an event says of the person: each object in it whose `id` or `alternateId` is known gives its others.
 * @param payload the event, parsed
 */
export function learnPerson(known: Person, payload: unknown): Person {
  const ids = new Set(known.ids);
  const logins = new Set(known.logins);
  const names = new Set(known.names);
  const isKnown = (id: string | null, login: string | null) =>
    (id !== null && ids.has(id)) || (login !== null && [...logins].some((one) => equalLogins(one, login)));
  walk(payload, (object) => {
    const id = textOf(object.id);
    const login = textOf(object.alternateId);
    if (!isKnown(id, login)) return;
    if (id !== null) ids.add(id);
    if (login !== null && !NO_LOGIN.has(login.toLowerCase())) logins.add(login);
    const name = textOf(object.displayName);
    if (name !== null && !NO_LOGIN.has(name.toLowerCase())) names.add(name);
  });
  return { ids: [...ids], logins: [...logins], names: [...names] };
}

/**
 * The texts to look for, as JSON writes them. Capitals do not matter; whoever looks makes both sides small, since Postgres and
 * JavaScript differ over some letters (İ).
 * @param options.names whether the names count: in a text of ours, such as a handler's error, there is nothing else to go by
 */
export function wordsOf({ ids, logins, names }: Person, options: { readonly names: boolean }): string[] {
  const words = [...ids, ...logins, ...(options.names ? names : [])];
  return [...new Set(words.map((word) => JSON.stringify(word).slice(1, -1)))];
}

/** Whether a JSON text mentions one of the words, however it escapes its characters. */
export function mentions(json: string, words: readonly string[]): boolean {
  const plain = JSON.stringify(JSON.parse(json)).toLowerCase();
  return words.some((word) => plain.includes(word.toLowerCase()));
}

function walk(value: unknown, visit: (object: Record<string, unknown>) => void, depth = 0): void {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return;
  if (!Array.isArray(value)) visit(value as Record<string, unknown>);
  for (const part of Object.values(value)) walk(part, visit, depth + 1);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim().length >= MIN_PERSON_LENGTH ? value : null;
}

function equalLogins(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
