/** Reads the uuids that are given as arguments. */
import { InvalidArgumentError } from "commander";

/**
 * Reads a uuid given as an argument. An empty one (a script's variable that is not set) or dots would make another path of the
 * API's.
 * @throws {InvalidArgumentError}
 */
export function readUuid(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw new InvalidArgumentError("Give the uuid of an event.");
  return text;
}

/** The same, where several may be given. */
export function readUuids(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), readUuid(text)];
}
