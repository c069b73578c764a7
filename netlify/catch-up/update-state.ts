/** Updates the state after reading: the deliveries that Okta reports as failed, and the problem. */
import type { Clock } from "../base/clock.ts";
import type { OktaError } from "../okta/okta-error.ts";
import type { DeliveryFailure } from "../okta/org.ts";
import type { CatchUpState } from "./state.ts";

const HOUR_MS = 60 * 60 * 1000;
/** Clocks that differ by more than this are said. */
const CLOCK_ERROR_MS = 2 * 60 * 1000;
/** Behind by more than this is a problem: the sweep did not run, or the log is longer than one catch-up has time for. */
export const BEHIND_MS = 3 * HOUR_MS;

/** Failures that are not counted yet: a page with young events is read again. */
export function uncountedFailures(
  { failures }: CatchUpState,
  found: readonly DeliveryFailure[],
): readonly DeliveryFailure[] {
  const until = Date.parse(failures?.until ?? "");
  return Number.isNaN(until) ? found : found.filter(({ published }) => Number(published) > until);
}

/** Adds failures to those that are counted. */
export function addFailures({ failures }: CatchUpState, found: readonly DeliveryFailure[], now: string) {
  const times = found.flatMap(({ published }) => published?.toISOString() ?? []);
  return {
    count: (failures?.count ?? 0) + found.length,
    since: failures?.since ?? now,
    last: now,
    until: [failures?.until ?? "", ...times].toSorted().at(-1) || undefined,
    reason: found.at(-1)?.reason ?? "no reason given",
  };
}

/** The failures are forgotten after an hour without one. */
export function expireFailures({ failures }: CatchUpState, clock: Clock) {
  return failures !== null && clock.now() - Date.parse(failures.last) < HOUR_MS ? failures : null;
}

export function problemOf(
  { problem, comparedUntil }: CatchUpState,
  error: OktaError | undefined,
  orgNow: number | undefined,
  now: number,
): CatchUpState["problem"] {
  const note = (kind: string, sentence: string) => ({
    kind,
    sentence,
    since: problem?.kind === kind ? problem.since : new Date(now).toISOString(),
  });
  if (error !== undefined) return note(error.kind, error.message);
  const clockError = orgNow === undefined ? 0 : now - orgNow;
  if (Math.abs(clockError) > CLOCK_ERROR_MS) {
    const minutes = Math.round(Math.abs(clockError) / 60_000);
    return note(
      "clock",
      `This machine's clock is ${minutes} minutes ${clockError > 0 ? "ahead of" : "behind"} Okta's: events are judged by Okta's.`,
    );
  }
  if ((orgNow ?? now) - Date.parse(comparedUntil) > BEHIND_MS) {
    return note("behind", `Catch-up is behind: the System Log has been read until ${comparedUntil}.`);
  }
  return null;
}
