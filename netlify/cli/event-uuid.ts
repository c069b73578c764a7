/** The events that somebody names: each by its `uuid`, or by the beginning of one. */
import { InvalidArgumentError } from "commander";
import { eventUuids, MIN_UUID_PREFIX_LENGTH } from "../api/schema/find.ts";
import type { Api } from "./call-api.ts";
import { CommandError } from "./terminal.ts";

/** A whole `uuid` of the usual form. */
const WHOLE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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
export function readUuids(text: string, before: readonly string[] = []): string[] {
  return [...before, readUuid(text)];
}

/**
 * @param typed a uuid, or the first characters of one
 * @throws {CommandError} when no event is meant, or more than one
 */
export async function findUuid(api: Api, typed: string): Promise<string> {
  if (WHOLE.test(typed)) return typed;
  const { uuids } = await api.get(`event-uuids?prefix=${encodeURIComponent(typed)}`, eventUuids);
  const [first, ...others] = uuids;
  if (first === undefined) {
    const none =
      typed.length < MIN_UUID_PREFIX_LENGTH
        ? `No event's uuid is ${typed}, and a beginning needs at least ${MIN_UUID_PREFIX_LENGTH} characters.`
        : `No event's uuid begins with ${typed}.`;
    throw new CommandError(`${none} npm run hook -- events lists them.`);
  }
  if (first === typed || others.length === 0) return first;
  throw new CommandError(`More than one event's uuid begins with ${typed}: ${uuids.join(", ")}.`);
}
