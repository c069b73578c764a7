/** Reads a page of the System Log and classifies its events: for our hook, not for it, or too young for Okta to have failed. */
import type { Clock } from "../base/clock.ts";
import type { ReadableEvent, UnreadableEvent } from "../hook/delivery.ts";
import { readDelivery } from "../hook/read-delivery.ts";
import type { OrgConnection } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { DELIVERY_FAILED, type DeliveryFailure, readDeliveryFailure } from "../okta/read-delivery-failure.ts";
import { readLogPage } from "../okta/read-log.ts";
import type { Subscription } from "./our-hooks.ts";

/** An event that is younger than this is still Okta's to deliver. One published further ahead than this is not waited for. */
export const OKTA_DELIVERS_MS = 5 * 60 * 1000;

/** If the clocks are further apart than any two time zones, one of them is wrong. */
const MAX_APART_MS = 24 * 60 * 60 * 1000;

/** A page. */
export interface Page {
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
  /** The org's time. */
  readonly orgNow: number;
  readonly isEmpty: boolean;
  /** The path of the next page; null: Okta names none, or this one again. */
  readonly next: string | null;
}

/**
 * @param since from when on events of a type are ours, in milliseconds since 1970; undefined: none of them is
 * @throws {OktaError} where it cannot be read
 */
export async function readPage(
  org: OrgConnection,
  path: string,
  {
    clock,
    subscription: { eventTypes, filtered, hookIds },
    since,
  }: {
    readonly clock: Clock;
    readonly subscription: Subscription;
    readonly since: (eventType: string) => number | undefined;
  },
): Promise<Page> {
  const page = await readLogPage(org, path);
  const orgNow = readOrgTime(page.orgNow, clock, org.host);
  // Put into an envelope, it is read as a delivery is.
  const reading = readDelivery(`{"eventType":"com.okta.event_hook","data":{"events":${page.text}}}`);
  if (reading.outcome !== "event-hook") {
    throw new OktaError(
      "not-okta",
      "A page of the System Log cannot be read: it is nested too deep, or no list.",
    );
  }
  const wanted = new Set(eventTypes);
  const ours: ReadableEvent[] = [];
  const unknown: ReadableEvent[] = [];
  const failures: DeliveryFailure[] = [];
  let young = 0;
  let latest: Date | null = null;
  for (const readable of reading.events) {
    const { event, published } = readable;
    const { eventType } = event;
    const isOfFuture = published.getTime() >= orgNow + OKTA_DELIVERS_MS;
    if (!isOfFuture && (latest === null || published > latest)) latest = published;
    if (eventType === DELIVERY_FAILED) {
      const failure = readDeliveryFailure(event);
      if (failure !== undefined && isAbout(failure, hookIds)) failures.push(failure);
      continue;
    }
    const from = wanted.has(eventType) ? since(eventType) : undefined;
    if (from === undefined || published.getTime() < from) continue;
    if (filtered.has(eventType)) {
      const targets = targetHookIds(event.debugContext?.debugData);
      if (targets === null) unknown.push(readable);
      if (!hookIds.some((id) => targets?.includes(id))) continue;
    }
    if (Math.abs(published.getTime() - orgNow) < OKTA_DELIVERS_MS) young += 1;
    else ours.push(readable);
  }
  const { unreadable } = reading;
  const next = page.next === path ? null : page.next;
  return { ours, unknown, young, unreadable, failures, latest, orgNow, isEmpty: page.isEmpty, next };
}

/**
 * The time that an answer of the org is dated; this machine's where it has no date. Events are compared with it.
 * @throws {OktaError} `clock` for a date that would put catch-up far ahead of the log, or far behind
 */
export function readOrgTime(orgNow: number | null, clock: Clock, host: string): number {
  const now = clock.now();
  if (orgNow === null) return now;
  if (Math.abs(orgNow - now) <= MAX_APART_MS) return orgNow;
  throw new OktaError(
    "clock",
    `${host} dates an answer ${new Date(orgNow).toISOString()}, and this machine's clock says ${new Date(now).toISOString()}: nothing is read from the System Log while they are more than a day apart.`,
  );
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
