/** What a call of catch-up leaves in the state besides the place: failed deliveries of the log, and what went wrong. */
import type { OktaError } from "../okta/okta-error.ts";
import type { DeliveryFailure } from "../okta/read-delivery-failure.ts";
import type { CatchUpState } from "./state.ts";

const HOUR_MS = 60 * 60 * 1000;
/** Clocks that differ by more than this are a problem. */
const CLOCK_ERROR_MS = 2 * 60 * 1000;
/** An alert is sent where it is behind by more than this: one call was missed, or the log is longer than a call has time for. */
export const BEHIND_MS = 3 * HOUR_MS;

/**
 * Counts the failed deliveries until an hour went by without one.
 * @param found those of the pages just read; some were counted before, since a page with young events is read again
 */
export function countFailures(
  { failures }: CatchUpState,
  found: readonly DeliveryFailure[],
  nowMs: number,
): CatchUpState["failures"] {
  const counted = Date.parse(failures?.until ?? "");
  const isNew = ({ published }: DeliveryFailure) => Number.isNaN(counted) || Number(published) > counted;
  const added = found.filter(isNew);
  if (added.length === 0) {
    return failures !== null && nowMs - Date.parse(failures.last) < HOUR_MS ? failures : null;
  }
  const times = added.flatMap(({ published }) => published?.toISOString() ?? []);
  const now = new Date(nowMs).toISOString();
  return {
    count: (failures?.count ?? 0) + added.length,
    since: failures?.since ?? now,
    last: now,
    until: [failures?.until ?? "", ...times].toSorted().at(-1) || undefined,
    reason: added.at(-1)?.reason ?? "no reason given",
  };
}

/** @param error why the log could not be read; undefined: it could */
export function detectProblem(
  { problem, comparedUntil }: CatchUpState,
  error: OktaError | undefined,
  orgNow: number | null,
  now: number,
): CatchUpState["problem"] {
  const describe = (kind: string, sentence: string) => ({
    kind,
    sentence,
    since: problem?.kind === kind ? problem.since : new Date(now).toISOString(),
  });
  if (error !== undefined) return describe(error.kind, error.message);
  const clockError = now - (orgNow ?? now);
  if (Math.abs(clockError) > CLOCK_ERROR_MS) {
    const minutes = Math.round(Math.abs(clockError) / 60_000);
    return describe(
      "clock",
      `This machine's clock is ${minutes} minutes ${clockError > 0 ? "ahead of" : "behind"} Okta's: events are judged by Okta's.`,
    );
  }
  if ((orgNow ?? now) - Date.parse(comparedUntil) > BEHIND_MS) {
    return describe("behind", `Catch-up is behind: the System Log has been read until ${comparedUntil}.`);
  }
  return null;
}
