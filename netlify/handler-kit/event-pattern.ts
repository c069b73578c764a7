/**
 * What a handler can listen to: an event type of Okta's, a family of them ("user.lifecycle.*"), or all ("*").
 * Pure names and matching; which handlers there are is `index.ts`.
 */
import { eligibleEventTypes, type OktaEventType } from "../catalogue/event-types.ts";
import { MAX_EVENT_TYPE_LENGTH } from "../hook/delivery.ts";

declare const uncatalogued: unique symbol;

/** An event type that the project's catalogue does not have (yet). */
export type UncataloguedEventType = string & { readonly [uncatalogued]: true };

/** Every part of an event type that ends before a dot: "user" and "user.lifecycle" of "user.lifecycle.create". */
type Family<Type extends string> = Type extends `${infer Head}.${infer Rest}`
  ? Head | `${Head}.${Family<Rest>}`
  : never;

/** What `on` takes. Any name that is not eligible for event hooks is a compile error. */
export type EventPattern = OktaEventType | `${Family<OktaEventType>}.*` | "*" | UncataloguedEventType;

/**
 * The event types that a pattern lets through. A family also lets through types that Okta adds to it after the
 * catalogue was made, hence the last member: the `default` of a `switch` over `event.eventType` is never empty.
 */
export type EventTypeOf<Pattern extends EventPattern> = Pattern extends "*"
  ? OktaEventType | UncataloguedEventType
  : Pattern extends `${infer Prefix}.*`
    ? Extract<OktaEventType, `${Prefix}.${string}`> | UncataloguedEventType
    : Pattern;

const declared = new Set<string>();

/** Whether a name was given to `uncataloguedEventType`, and so is no typing mistake. */
export function isDeclaredUncatalogued(name: string): boolean {
  return declared.has(name);
}

/**
 * Names an event type that is newer than the catalogue, for `on`. Prefer a catalogued name: this one is not checked.
 * @throws {TypeError} when it cannot be the name of an event type at all.
 */
export function uncataloguedEventType(name: string): UncataloguedEventType {
  if (!isEventTypeName(name)) {
    throw new TypeError(
      `${JSON.stringify(name)} is no event type. Write it as in Okta's catalogue, e.g. user.new.thing`,
    );
  }
  declared.add(name);
  return name;
}

/** Whether an event of this type is one that the pattern asks for. */
export function matchesEventType(pattern: string, eventType: string): boolean {
  if (pattern === "*") return true;
  if (pattern.endsWith(".*")) return eventType.startsWith(pattern.slice(0, -1));
  return pattern === eventType;
}

/** The event types to subscribe to for a pattern: a family is spread over the types eligible for hooks. */
export function subscribedEventTypes(pattern: string): readonly string[] {
  if (!pattern.endsWith("*")) return [pattern];
  return eligibleEventTypes.filter((eventType) => matchesEventType(pattern, eventType));
}

function isEventTypeName(name: string): name is UncataloguedEventType {
  return name.length <= MAX_EVENT_TYPE_LENGTH && /^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/i.test(name);
}
