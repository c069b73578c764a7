/** A person, and how events tell what they are called. */
import { keysOfPhrase, toPhrase } from "./phrases.ts";

/** Everything that stands for one person. */
export interface Person {
  /** As a user of the org: one, unless a login was given that several had. */
  readonly userIds: readonly string[];
  /** These, and others that come with their logins: as the user of an app, for example. */
  readonly ids: readonly string[];
  readonly logins: readonly string[];
  /** Only to be shown: somebody else may have the same. */
  readonly names: readonly string[];
  /** Logins that another user has or had as well. They are not looked for. */
  readonly sharedLogins: readonly string[];
}

/** Whoever an event names: its actor, a target, or another object with an `id` or an `alternateId`. */
export interface Party {
  readonly id: string | null;
  readonly login: string | null;
  readonly name: string | null;
  /** A user of the org: two of them with one login are two people. */
  readonly isUser: boolean;
  /** Not a group, an app or the like. */
  readonly isPerson: boolean;
}

const MIN_LENGTH = 3;

/** What Okta writes where it knows nobody, or for itself. */
const NOBODY = new Set([
  "unknown",
  "null",
  "none",
  "n/a",
  "undefined",
  "anonymous",
  "system",
  "okta system",
  "system@okta.com",
]);

const ADDRESS = /^[^@\s]+@[^@\s]+$/;
/** Okta's ids: `00u` for a user, then letters and digits. */
const OKTA_ID = /^0[0-9a-z]{2}[0-9A-Za-z]{3,}$/;

/** How deep an event is looked into; the receiver takes none that is nested deeper. */
const MAX_DEPTH = 100;

export const NOBODY_HAS_IT =
  "No event has this as the login or the id of a person: give a whole login or an Okta id, not a domain or a part of one.";

/** Why a text can stand for nobody in particular: a sentence; null: it may stand for somebody. */
export function refuseWho(who: string): string | null {
  if (who.length < MIN_LENGTH) return `Give a login or an Okta id of at least ${MIN_LENGTH} characters.`;
  if (NOBODY.has(who.toLowerCase()))
    return "Okta writes this for itself or for nobody: give the login or the Okta id of a person.";
  return null;
}

/**
 * Finds out what else somebody is called. An id stands for one user, with all their logins; a login for all users who have or had it.
 * @param who a login or an Okta id
 * @param events parsed events by them or about them
 * @returns null: `who` is neither an address nor an id, and no event has it as somebody's
 */
export function learnPerson(who: string, events: readonly unknown[]): Person | null {
  const parties = events.flatMap((event) => listParties(event));
  const named = parties.filter(({ id, login }) => id === who || isSame(login, who));
  const people = named.filter(({ isPerson }) => isPerson);
  if (people.length === 0) {
    const unknown = { userIds: [], ids: [], logins: [], names: [], sharedLogins: [] };
    if (ADDRESS.test(who)) return { ...unknown, logins: [who] };
    return OKTA_ID.test(who) && named.length === 0 ? { ...unknown, ids: [who] } : null;
  }
  const isId = people.some(({ id }) => id === who);
  const users = new Set(
    isId ? [who] : people.flatMap(({ id, isUser }) => (isUser && id !== null ? [id] : [])),
  );
  const ofUsers = parties.filter(({ id }) => id !== null && users.has(id));
  const all = distinctLogins([...(isId ? [] : [who]), ...ofUsers.map(({ login }) => login)]);
  const sharedLogins = all.filter((one) =>
    parties.some(({ id, login, isUser }) => isUser && id !== null && !users.has(id) && isSame(login, one)),
  );
  const logins = all.filter((login) => !sharedLogins.includes(login));
  const isTheirs = ({ id, login, isUser, isPerson }: Party) =>
    isPerson &&
    ((id !== null && users.has(id)) ||
      ((!isUser || id === null) && logins.some((one) => isSame(login, one))));
  const theirs = parties.filter(isTheirs);
  return {
    userIds: [...users],
    ids: [...new Set([...users, ...theirs.flatMap(({ id }) => (id !== null && OKTA_ID.test(id) ? id : []))])],
    logins,
    names: [...new Set(theirs.flatMap(({ name }) => name ?? []))],
    sharedLogins,
  };
}

/** Lists everybody and everything that an event names with an id or a login. */
export function listParties(value: unknown, depth = 0): Party[] {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return [];
  const within = Object.values(value).flatMap((part) => listParties(part, depth + 1));
  return Array.isArray(value) ? within : [...readParty(value), ...within];
}

function readParty(object: object): Party[] {
  const { id, alternateId, displayName, type } = object as Readonly<Record<string, unknown>>;
  const party = { id: readText(id), login: readText(alternateId), name: readText(displayName) };
  if (party.id === null && party.login === null) return [];
  return [
    {
      ...party,
      isUser: type === "User" || party.id?.startsWith("00u") === true,
      isPerson: typeof type !== "string" || /user$/i.test(type),
    },
  ];
}

function readText(value: unknown): string | null {
  return typeof value === "string" && refuseWho(value.trim()) === null ? value : null;
}

function distinctLogins(logins: readonly (string | null)[]): string[] {
  const known = new Map<string, string>();
  for (const login of logins) {
    if (login !== null && !known.has(login.toLowerCase())) known.set(login.toLowerCase(), login);
  }
  return [...known.values()];
}

function isSame(login: string | null, other: string): boolean {
  return login !== null && login.toLowerCase() === other.toLowerCase();
}

/** What ids and logins are found by. Capitals matter in ids alone. */
export function keysOfPerson({ ids, logins }: Person): string[] {
  return [
    ...ids.map((id) => keysOfPhrase(toPhrase(id))[0]),
    ...logins.map((login) => keysOfPhrase(toPhrase(login))[1]),
  ];
}
