/** What went wrong, in words that can be kept and logged. */
import { storable } from "../../base/storable.ts";
import { DatabaseError } from "../database/database-error.ts";
import { failurePlace } from "./failure-place.ts";

/** A message longer than this is cut. */
const MAX_LENGTH = 2_000;

/** Why the work stopped: what the database said, or where a mistake of our own is. */
export function interruption(error: unknown): string {
  return error instanceof DatabaseError ? error.message : placeOf(error);
}

/** A mistake of our own: its kind and where it happened, without the message, which may hold what an event carried. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return `${error.name} ${/^ +at .+$/m.exec(error.stack ?? "")?.[0]?.trim() ?? "somewhere"}`;
}

/**
 * What a handler threw, as a text that the queue can keep: bounded, without NUL, well-formed. Any value can be thrown, also one
 * whose `message` or `toString` throws.
 * @returns for an error its name and message, e.g. `TypeError: fetch failed`, with the message of its cause and the place in
 *   the project's own code, e.g. `(netlify/handlers/greet-new-user.ts:12)`
 */
export function failureText(thrown: unknown): string {
  return cut(storable(describe(thrown)), MAX_LENGTH);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;
}

function describe(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return `threw ${String(thrown)}`;
    const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : "";
    const place = typeof thrown.stack === "string" ? failurePlace(thrown.stack) : undefined;
    const suffix = place === undefined ? "" : ` (${place})`;
    return cut(`${thrown.name}: ${thrown.message}${cause}`, MAX_LENGTH - suffix.length) + suffix;
  } catch {
    return "threw a value that cannot be described";
  }
}
