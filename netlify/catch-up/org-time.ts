/** The org's time: the age of an event is measured by it. */
import type { Clock } from "../base/clock.ts";
import { OktaError } from "../okta/okta-error.ts";

/** If the clocks are further apart than any two time zones, one of them is wrong. */
const MAX_APART_MS = 24 * 60 * 60 * 1000;

/**
 * The time that an answer of the org is dated; this machine's where it has no date.
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
