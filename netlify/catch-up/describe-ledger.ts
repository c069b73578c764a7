/** The ledger of the last 24 hours as a person understands it: one sentence, and the hours. Nothing is said of an hour that was not compared. */
import { durationText } from "../base/duration.ts";
import { type HourSums, NO_EVENTS } from "../events/ledger/read-hours.ts";

const HOUR_MS = 60 * 60 * 1000;
const HOURS = 24;

/** An hour of the ledger. */
export interface LedgerHour {
  readonly hour: Date;
  /** Null: not compared, or not as a whole. */
  readonly sums: HourSums | null;
}

/** What was compared, and when it is. */
export interface ComparedSpan {
  readonly from: Date;
  readonly until: Date;
  readonly now: Date;
}

/** The hours that the ledger is about: the current one and the 24 before it. */
export function ledgerSpan(now: Date): { readonly from: Date; readonly to: Date } {
  const to = (Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS;
  return { from: new Date(to - (HOURS + 1) * HOUR_MS), to: new Date(to) };
}

/** Every hour of the span, compared or not; one that was compared and is not in `sums` had no events. */
export function ledgerHours(sums: ReadonlyMap<number, HourSums>, compared: ComparedSpan): LedgerHour[] {
  const { from } = ledgerSpan(compared.now);
  return Array.from({ length: HOURS + 1 }, (_, index) => {
    const hour = from.getTime() + index * HOUR_MS;
    const whole = hour >= compared.from.getTime() && hour + HOUR_MS <= compared.until.getTime();
    return { hour: new Date(hour), sums: whole ? (sums.get(hour) ?? NO_EVENTS) : null };
  });
}

/** E.g. "1,204 of 1,204 events of the last 24 hours are here; 7 came from the System Log; Okta took 2.1 s on the median." */
export function ledgerSentence(hours: readonly LedgerHour[], medianMs: number | null): string {
  const compared = hours.flatMap(({ hour, sums }) => (sums === null ? [] : [{ hour, ...sums }]));
  const [first] = compared;
  const last = compared.at(-1);
  if (first === undefined || last === undefined) {
    return "No whole hour of the last 24 has been compared with Okta's System Log yet.";
  }
  const sum = (name: keyof Pick<HourSums, "inLog" | "inTime" | "late" | "fetched" | "missed" | "unknown">) =>
    compared.reduce((total, hour) => total + hour[name], 0);
  const ours = sum("inLog") - sum("unknown");
  const fetched = sum("late") + sum("fetched") + sum("missed");
  const here = sum("inTime") + fetched;
  const span =
    compared.length >= HOURS
      ? "the last 24 hours"
      : compared.length === 1
        ? `the one hour compared so far (from ${clock(first.hour)} UTC)`
        : `the ${compared.length} hours compared (${clock(first.hour)} to ${clock(new Date(last.hour.getTime() + HOUR_MS))} UTC)`;
  const parts = [
    ours === 0
      ? `Okta's System Log has no events for this hook in ${span}`
      : `${count(here)} of ${count(ours)} ${ours === 1 ? "event" : "events"} of ${span} ${here === 1 ? "is" : "are"} here`,
    ...(fetched > 0 ? [`${count(fetched)} came from the System Log`] : []),
    ...(sum("unknown") > 0
      ? [`of ${count(sum("unknown"))} more the log does not say whether the hook's filter let them pass`]
      : []),
    ...(medianMs === null ? [] : [`Okta took ${durationText(medianMs)} on the median`]),
  ];
  return `${parts.join("; ")}.`;
}

const count = (number: number) => number.toLocaleString("en-US");
const clock = (time: Date) => time.toISOString().slice(11, 16);
