import { expect, test } from "vitest";
import { ledgerHours, ledgerSentence, ledgerSpan } from "../../netlify/catch-up/describe-ledger.ts";
import { type HourSums, NO_EVENTS } from "../../netlify/events/ledger/read-hours.ts";
import { readPage } from "../support/pages.ts";

const now = new Date("2026-11-24T15:06:00.000Z");
const at = (hour: number) => Date.UTC(2026, 10, 24, hour);

/** The hours of a day of which these were compared. */
function compared(from: string, until: string, sums: Readonly<Record<number, Partial<HourSums>>>) {
  const map = new Map(
    Object.entries(sums).map(([hour, sum]) => [at(Number(hour)), { ...NO_EVENTS, ...sum }]),
  );
  return ledgerHours(map, { from: new Date(from), until: new Date(until), now });
}

test("the afternoon of the page is told as the page has it", () => {
  const hours = compared("2026-11-24T10:00:00Z", "2026-11-24T15:01:00Z", {
    10: { inLog: 40, inTime: 40 },
    11: { inLog: 33, inTime: 30, missed: 3 },
    12: { inLog: 5, missed: 5 },
    13: { inLog: 26, inTime: 25, missed: 1 },
  });
  expect(readPage("netlify/okta/what-okta-failed-to-deliver.md")).toContain(ledgerSentence(hours, 1_800));
});

test("a whole day is called so", () => {
  const hours = compared("2026-11-20T00:00:00Z", "2026-11-24T15:01:00Z", {
    3: { inLog: 1_204, inTime: 1_197, late: 2, missed: 5 },
  });
  expect(ledgerSentence(hours, 2_100)).toBe(
    "1,204 of 1,204 events of the last 24 hours are here; 7 came from the System Log; Okta took 2.1 s on the median.",
  );
});

test("what is left, and what nobody can know, is not counted as here", () => {
  const hours = compared("2026-11-20T00:00:00Z", "2026-11-24T15:01:00Z", {
    3: { inLog: 10, inTime: 6, unknown: 3 },
  });
  expect(ledgerSentence(hours, null)).toBe(
    "6 of 7 events of the last 24 hours are here; of 3 more the log does not say whether the hook's filter let them pass.",
  );
});

test("a hook for which nothing happened has no events, and no median", () => {
  const hours = compared("2026-11-20T00:00:00Z", "2026-11-24T15:01:00Z", {});
  expect(ledgerSentence(hours, null)).toBe(
    "Okta's System Log has no events for this hook in the last 24 hours.",
  );
});

test("an hour of which only a part was compared has no sums, whatever is known of it", () => {
  const hours = compared("2026-11-24T13:30:00Z", "2026-11-24T14:59:00Z", {
    13: { inLog: 5, inTime: 5 },
    14: { inLog: 5, inTime: 5 },
  });
  expect(hours.filter(({ sums }) => sums !== null)).toEqual([]);
  expect(ledgerSentence(hours, null)).toBe(
    "No whole hour of the last 24 has been compared with Okta's System Log yet.",
  );
});

test("the span is the current hour and the 24 before it", () => {
  const { from, to } = ledgerSpan(now);
  expect([from.toISOString(), to.toISOString()]).toEqual([
    "2026-11-23T15:00:00.000Z",
    "2026-11-24T16:00:00.000Z",
  ]);
});
