/** What `preview` delivers: a sample, a file, or an event that a site has stored. */
import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { eventDetail } from "../../api/schema/events.ts";
import { readCatalogue } from "../../catalogue/read-catalogue.ts";
import { readDelivery } from "../../hook/read-delivery.ts";
import { nearestEventTypes } from "../../okta/nearest-event-types.ts";
import { type DescribedEvent, describeEvent } from "../../report/describe-event.ts";
import { sampleDelivery, wrapEvent } from "../../samples/sample-delivery.ts";
import type { Environment } from "../../settings/environment.ts";
import { openApi } from "../call-api.ts";
import { askFirst, type CliContext } from "../cli-context.ts";
import { findUuid } from "../event-uuid.ts";
import { fieldOf, parseJson } from "../parse-json.ts";
import { CommandError } from "../terminal.ts";

/** A body to deliver, and what it is in words. */
export interface PreviewedBody {
  readonly what: string;
  /** Makes the body of one delivery. */
  readonly makeBody: () => Uint8Array;
  /** Whether the events are made for each delivery, so that no site has seen them before. */
  readonly isNew: boolean;
}

/** One change of a sample: the keys that lead to a value, and the value. */
export interface SampleChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Reads `outcome.result=FAILURE`. @throws {InvalidArgumentError} */
export function readChange(text: string): SampleChange {
  const equals = text.indexOf("=");
  const path = text.slice(0, Math.max(equals, 0)).split(".");
  if (path.some((key) => !/^\w+$/.test(key) || key in Object.prototype)) {
    throw new InvalidArgumentError(
      'Give it as "path=value", e.g. outcome.result=FAILURE or target.0.alternateId=jane',
    );
  }
  const typed = text.slice(equals + 1);
  return { path, value: parseJson(typed) ?? (typed === "null" ? null : typed) };
}

/** What a sample is to be. */
export interface SampleOptions {
  /** Okta's sparse sample. */
  readonly sample?: true;
  readonly set?: readonly SampleChange[];
  /** Ask nothing. */
  readonly yes?: true;
}

/**
 * A sample of this type, new each time.
 * @throws {CommandError} for a type that Okta does not have, unless somebody agrees
 */
export async function sampleBody(
  eventType: string,
  { sample, set = [], yes }: SampleOptions,
  { terminal, prompter }: Pick<CliContext, "terminal" | "prompter">,
): Promise<PreviewedBody> {
  const { eventTypes, release } = await readCatalogue();
  const known = eventTypes.find(({ id }) => id === eventType);
  if (known === undefined) {
    const ids = eventTypes.map(({ id }) => id);
    const sentence = `${eventType} is no event type of Okta's release ${release}. The nearest are: ${nearestEventTypes(eventType, ids).join(", ")}.`;
    terminal.error(sentence);
    await askFirst(prompter, "Deliver it all the same?", {
      yes,
      otherwise: "Nothing was delivered",
      toDo: "deliver it all the same",
    });
  } else if (!known.eligible) {
    terminal.error(`Okta sends ${eventType} to no event hook. It is delivered all the same.`);
  }
  const makeDelivery = () => {
    const delivery = sampleDelivery({ eventType, now: new Date(), sparse: sample === true });
    for (const { path, value } of set)
      put(fieldOf(fieldOf(fieldOf(delivery, "data"), "events"), "0"), path, value);
    return Buffer.from(JSON.stringify(delivery));
  };
  const reading = readDelivery(makeDelivery().toString());
  const [event] = reading.outcome === "event-hook" ? reading.events : [];
  return {
    isNew: !set.some(({ path }) => path.join(".") === "uuid"),
    what: sample || !event ? `${eventType}, Okta's sparse sample` : describeSample(event.event),
    makeBody: makeDelivery,
  };
}

/** The ids are others in each delivery. */
function describeSample({ eventType, actor, target, outcome }: DescribedEvent): string {
  const named = <Party extends object>(party: Party) => ({ ...party, id: "" });
  return describeEvent({
    eventType,
    displayMessage: eventType,
    actor: actor && named(actor),
    target: target?.map(named),
    outcome,
  });
}

/** What is missing on the way is made. */
function put(parent: unknown, [key = "", ...rest]: readonly string[], value: unknown): void {
  const object = Object(parent);
  if (rest.length === 0) {
    object[key] = value;
    return;
  }
  if (typeof object[key] !== "object" || object[key] === null) object[key] = {};
  put(object[key], rest, value);
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
  const value = parseJson(text);
  return (
    fieldOf(value, "uuid") !== undefined &&
    fieldOf(value, "eventType") !== undefined &&
    fieldOf(value, "data") === undefined
  );
}
