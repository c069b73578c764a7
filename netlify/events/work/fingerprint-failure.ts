/** Which failures are the same failure, whosever event it was. */
import { createHash } from "node:crypto";
import type { LogEvent } from "../../hook/log-event.ts";
import { failurePlace } from "./failure-place.ts";

/** A try that failed. */
export interface Failure {
  readonly handler: string;
  /** What it threw; or, where nothing was thrown (its time was over), why it failed. */
  readonly error: unknown;
  /** Names and ids in it are left out of the message. */
  readonly event?: Pick<LogEvent, "actor" | "target">;
}

/** Of a message, before and after what varies is left out: a cut through a name would make it vary again. */
const MAX_READ_LENGTH = 4_000;
const MAX_LENGTH = 300;
/** An event may be about a whole group. */
const MAX_PARTIES = 20;

/**
 * The fingerprint of a failure: 16 hexadecimal digits of its handler, the error's class, the first line of its stack that is the
 * project's own, and its message without what differs from event to event. It holds no personal data: nothing can be read from it.
 */
export function fingerprintFailure({ handler, error, event }: Failure): string {
  const parts = JSON.stringify([handler, ...partsOf(error, event)]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 16);
}

/**
 * A stored error as it may leave the site: without names, ids, addresses and quoted text, and with numbers of up to three digits, as in
 * `HR answered 503`.
 * @param event what the error is about, where that is known
 */
export function describeFailure(error: string, event: Failure["event"]): string {
  return generalize(error, event, LONG_NUMBERS).replaceAll(VARIABLE, "…");
}

/** Any value can be thrown, also one whose `message` or `toString` throws. */
function partsOf(error: unknown, event: Failure["event"]): string[] {
  try {
    if (!(error instanceof Error)) return ["", "", generalize(String(error), event)];
    // A bundle is minified, so a class is told by `name`.
    const place = typeof error.stack === "string" ? failurePlace(error.stack) : undefined;
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
    return [String(error.name), place ?? "", generalize(`${error.message}${cause}`, event)];
  } catch {
    return [];
  }
}

const VARIABLE = "#";
const before = String.raw`(?<![\p{L}\p{N}])`;
const after = String.raw`(?![\p{L}\p{N}])`;

/** Of first and last names and what stands between them, e.g. "Ana de la Cruz", "J. O'Connor-Smith". */
const name = String.raw`(?:(?:\p{L}[’'])?\p{Lu}\p{M}*\p{Ll}[\p{L}\p{M}’'-]*|\p{Lu}\.)`;
const particle = "(?:van|von|der|den|de|da|dos|del|della|di|du|la|le|el|al|bin|ibn|ben|af|av)";
const NAMES = new RegExp(
  `${before}(?:${particle}\\s+)*${name}(?:,?\\s+(?:${particle}\\s+)*${name})*${after}`,
  "gu",
);

/** What differs from event to event, in the order in which it is left out. */
const VARIABLES: readonly RegExp[] = [
  // URLs.
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>()]+/giu,
  // Quoted text. An apostrophe within a word is no quote.
  /"(?:[^"\\]|\\.)*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’(?![\p{L}\p{N}])|`[^`]*`/gsu,
  /(?<![\p{L}\p{N}])'(?:[^']|(?<=[\p{L}\p{N}])'(?=[\p{L}\p{N}]))*'(?![\p{L}\p{N}])/gu,
  // Addresses: whatever has an @.
  /(?<![^\s@"<>()])[^\s@"<>()]*@[^\s@"<>()]+/gu,
  // Addresses of IPv6.
  /(?<![\p{L}\p{N}:.])(?=[\da-f.]*:[\da-f.:]*:)[\da-f:.]+(?:%\w+)?(?![\p{L}\p{N}:])/giu,
];
/** Numbers, ids and UUIDs: whatever has a digit. */
const NUMBERS = /(?<![\p{L}\p{N}_-])(?=[\p{L}_-]*\p{N})[\p{L}\p{N}_-]+/gu;
/** The same but for numbers of up to three digits. */
const LONG_NUMBERS = /(?<![\p{L}\p{N}_-])(?!\d{1,3}(?![\p{L}\p{N}_-]))(?=[\p{L}_-]*\p{N})[\p{L}\p{N}_-]+/gu;

/** The message without what differs from event to event. */
function generalize(message: string, event: Failure["event"], numbers = NUMBERS): string {
  let text = message.slice(0, MAX_READ_LENGTH);
  for (const names of event === undefined ? [] : namesOf(event)) text = text.replaceAll(names, VARIABLE);
  for (const variable of [...VARIABLES, numbers]) text = text.replaceAll(variable, VARIABLE);
  // One capital letter begins a sentence.
  text = text.replaceAll(NAMES, (found, offset: number) =>
    offset > 0 || /\s/.test(found) ? VARIABLE : found,
  );
  return text
    .replaceAll(/#(?:[\s,.:;/|&=+-]*#)+/g, VARIABLE)
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, MAX_LENGTH);
}

/** Who the event is by and about: ids, logins and full names in any spelling, and each word of a name as it is written. */
function namesOf({ actor, target }: Pick<LogEvent, "actor" | "target">): RegExp[] {
  const parties = [actor, ...(target ?? [])].slice(0, MAX_PARTIES);
  const texts = parties.flatMap((party) => {
    const login = party?.alternateId;
    return [party?.id, party?.displayName, login, login?.replace(/@.*/s, "")];
  });
  const words = parties.flatMap((party) => party?.displayName?.split(/[\s,]+/) ?? []);
  return [oneOf(texts, "giu"), oneOf(words, "gu")].filter((names) => names !== undefined);
}

function oneOf(texts: readonly (string | null | undefined)[], flags: string): RegExp | undefined {
  const known = texts
    .filter((text): text is string => text != null && text.length > 1 && !/^(?:unknown|null)$/.test(text))
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  return known.length === 0 ? undefined : new RegExp(`${before}(?:${known.join("|")})${after}`, flags);
}
