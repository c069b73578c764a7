/** What `preview` delivers: a sample, a file, or an event that a site has stored. */
import { readFileSync } from "node:fs";
import { eventDetail } from "../../api/schema/events.ts";
import { readCatalogue } from "../../catalogue/read-catalogue.ts";
import { nearestEventTypes } from "../../okta/nearest-event-types.ts";
import { describeEvent } from "../../report/describe-event.ts";
import { sampleDelivery, wrapEvent } from "../../samples/sample-delivery.ts";
import { sampleParties } from "../../samples/sample-parties.ts";
import type { Environment } from "../../settings/environment.ts";
import { openApi } from "../call-api.ts";
import { findUuid } from "../find-uuid.ts";
import { CommandError, type Terminal } from "../terminal.ts";

/** A body to deliver, and what it is in words. */
export interface PreviewedBody {
  readonly what: string;
  /** Makes the body of one delivery. */
  readonly makeBody: () => Uint8Array;
  /** Whether the events are made for each delivery, so that no site has seen them before. */
  readonly isNew: boolean;
}

/** A sample of this type, new each time. A type that no hook gets is delivered all the same, with a remark. */
export async function sampleBody(
  eventType: string,
  sparse: boolean,
  terminal: Terminal,
): Promise<PreviewedBody> {
  const { eventTypes, release } = await readCatalogue();
  const known = eventTypes.find(({ id }) => id === eventType);
  if (known === undefined) {
    const near = nearestEventTypes(
      eventType,
      eventTypes.map(({ id }) => id),
    );
    terminal.error(
      `${eventType} is no event type of Okta's release ${release}. The nearest are: ${near.join(", ")}. It is delivered all the same.`,
    );
  } else if (!known.eligible) {
    terminal.error(`Okta sends ${eventType} to no event hook. It is delivered all the same.`);
  }
  const { actor, target } = sampleParties(eventType, () => "");
  const about = describeEvent({
    eventType,
    displayMessage: eventType,
    actor,
    target: [...target],
    outcome: null,
  });
  return {
    isNew: true,
    what: sparse ? `${eventType}, Okta's sparse sample` : about,
    makeBody: () => Buffer.from(JSON.stringify(sampleDelivery({ eventType, now: new Date(), sparse }))),
  };
}

/**
 * The bytes of a file; an event alone, as `show --json` prints it, is put into the envelope that Okta would send it in.
 * @throws {CommandError} for a file that cannot be read
 */
export function fileBody(file: string): PreviewedBody {
  try {
    const bytes = readFileSync(file);
    const what = `${file}, ${bytes.byteLength} bytes`;
    if (!isBareEvent(bytes.toString())) return { what, makeBody: () => bytes, isNew: false };
    const makeBody = () => Buffer.from(wrapEvent(bytes.toString().trim(), new Date()));
    return { what: `${what}: one event, in an envelope of ours`, makeBody, isNew: false };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new CommandError(`${file} cannot be read (${reason}).`);
  }
}

/**
 * An event that a site has stored, to the byte as it came.
 * @param typed its uuid, or the beginning
 * @param url the site; undefined: the one that runs here
 * @throws {CommandError} when the site does not give it
 */
export async function storedBody(
  typed: string,
  url: string | undefined,
  environment: Environment,
): Promise<PreviewedBody> {
  const api = openApi(url, environment);
  const uuid = await findUuid(api, typed);
  const { json, summary } = await api.get(`events/${encodeURIComponent(uuid)}`, eventDetail);
  if (json === null) throw new CommandError("The payload of this event is past its retention.");
  return {
    what: `${summary}, as it is stored`,
    makeBody: () => Buffer.from(wrapEvent(json, new Date())),
    isNew: false,
  };
}

function isBareEvent(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === "object" &&
      value !== null &&
      "uuid" in value &&
      "eventType" in value &&
      !("data" in value)
    );
  } catch {
    return false; // No JSON: the endpoint says so.
  }
}
