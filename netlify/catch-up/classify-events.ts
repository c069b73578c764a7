/** Classifies the events of a page of the System Log: for our hook, not for it, or too young for Okta to have failed. Pure. */
import type { ReadableEvent, UnreadableEvent } from "../hook/delivery.ts";
import { readDelivery } from "../hook/read-delivery.ts";
import { OktaError } from "../okta/okta-error.ts";
import type { DeliveryFailure } from "../okta/org.ts";
import { DELIVERY_FAILED, readDeliveryFailure } from "../okta/read-delivery-failure.ts";
import type { Subscription } from "./our-hooks.ts";

/** An event that is younger than this is still Okta's to deliver. One published further ahead than this is not waited for. */
export const OKTA_DELIVERS_MS = 5 * 60 * 1000;

/** What decides whether an event is ours. */
export interface ClassifyOptions {
  readonly subscription: Subscription;
  /** From when on events of a type are ours, in milliseconds since 1970; undefined: none of them is. */
  readonly since: (eventType: string) => number | undefined;
  /** The org's time. */
  readonly orgNow: number;
}

/** What a page holds. */
export interface ClassifiedPage {
  readonly events: number;
  /** Events for our hook that are old enough to be missed. */
  readonly ours: readonly ReadableEvent[];
  /** Events of a type with a filter of which the log does not say whether they passed it. */
  readonly unknown: readonly ReadableEvent[];
  /** How many events for our hook Okta may still deliver. */
  readonly young: number;
  /** What cannot be told from other events, without a `uuid` say. */
  readonly unreadable: readonly UnreadableEvent[];
  /** Deliveries of our hook that failed. */
  readonly failures: readonly DeliveryFailure[];
  /** When the latest of all its events was published, but for those of the future; null: it has none. */
  readonly latest: Date | null;
}

/**
 * Classifies a page.
 * @param text a JSON array, as Okta wrote it: each event is cut out of it as it stands there
 * @throws {OktaError} where it cannot be read
 */
export function classifyEvents(
  text: string,
  { subscription, since, orgNow }: ClassifyOptions,
): ClassifiedPage {
  // Put into an envelope, it is read as a delivery is.
  const reading = readDelivery(`{"eventType":"com.okta.event_hook","data":{"events":${text}}}`);
  if (reading.outcome !== "event-hook") {
    throw new OktaError(
      "not-okta",
      "A page of the System Log cannot be read: it is nested too deep, or no list.",
    );
  }
  const { eventTypes, filtered, hookIds } = subscription;
  const wanted = new Set(eventTypes);
  const ours: ReadableEvent[] = [];
  const unknown: ReadableEvent[] = [];
  const failures: DeliveryFailure[] = [];
  let young = 0;
  for (const readable of reading.events) {
    const { event, published } = readable;
    const { eventType } = event;
    if (eventType === DELIVERY_FAILED) {
      const failure = readDeliveryFailure(event);
      if (failure !== undefined && isAbout(failure, hookIds)) failures.push(failure);
      continue;
    }
    const from = wanted.has(eventType) ? since(eventType) : undefined;
    if (from === undefined || published.getTime() < from) continue;
    if (filtered.has(eventType)) {
      const targets = targetHookIds(event.debugContext?.debugData);
      if (targets !== null && !hookIds.some((id) => targets.includes(id))) continue;
      if (targets === null) {
        unknown.push(readable);
        continue;
      }
    }
    if (Math.abs(published.getTime() - orgNow) < OKTA_DELIVERS_MS) young += 1;
    else ours.push(readable);
  }
  const times = reading.events
    .map(({ published }) => published.getTime())
    .filter((time) => time < orgNow + OKTA_DELIVERS_MS);
  return {
    events: reading.events.length + reading.unreadable.length,
    ours,
    unknown,
    young,
    unreadable: reading.unreadable,
    failures,
    latest: times.length === 0 ? null : new Date(times.reduce((one, other) => Math.max(one, other))),
  };
}

/** A hint where present: Okta promises neither the key nor the values of `debugData`. */
function targetHookIds(debugData: Record<string, unknown> | null | undefined): string[] | null {
  const ids = debugData?.targetEventHookIds;
  return typeof ids === "string" && ids.trim() !== "" ? ids.split(",").map((id) => id.trim()) : null;
}

/** Whether a failed delivery is of one of our hooks; where none is known, any counts. */
function isAbout({ hooks }: DeliveryFailure, hookIds: readonly string[]): boolean {
  return hookIds.length === 0 || hooks.length === 0 || hooks.some((hook) => hookIds.includes(hook));
}
