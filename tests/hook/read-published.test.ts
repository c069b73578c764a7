import { describe, expect, it } from "vitest";
import { readPublished } from "../../netlify/hook/read-published.ts";

describe("a published time is read", () => {
  it.each([
    ["as Okta writes it", "2026-11-02T09:30:00.123Z", "2026-11-02T09:30:00.123Z"],
    ["without a fraction", "2026-11-02T09:30:00Z", "2026-11-02T09:30:00.000Z"],
    ["without seconds", "2026-11-02T09:30Z", "2026-11-02T09:30:00.000Z"],
    ["with a fraction of one digit", "2026-11-02T09:30:00.1Z", "2026-11-02T09:30:00.100Z"],
    ["with microseconds, cut to milliseconds", "2026-11-02T09:30:00.123999Z", "2026-11-02T09:30:00.123Z"],
    [
      "with more digits than anybody measures",
      "2026-11-02T09:30:00.1234567890123Z",
      "2026-11-02T09:30:00.123Z",
    ],
    ["with an offset", "2026-11-02T09:30:00+05:30", "2026-11-02T04:00:00.000Z"],
    ["with an offset without a colon", "2026-11-02T09:30:00-0800", "2026-11-02T17:30:00.000Z"],
    ["with an offset of whole hours", "2026-11-02T09:30:00+02", "2026-11-02T07:30:00.000Z"],
    ["without an offset, as UTC", "2026-11-02T09:30:00", "2026-11-02T09:30:00.000Z"],
    ["with a space, in small letters, padded", "  2026-11-02 09:30:00z ", "2026-11-02T09:30:00.000Z"],
    ["with a leap second, as the second after it", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
    ["with a fraction of a leap second", "2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500Z"],
    ["on 29 February of a leap year", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["at the end of a day", "2026-11-02T24:00:00Z", "2026-11-03T00:00:00.000Z"],
    ["in the first year", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
    ["in the last year", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("%s", (_, published, expected) => {
    expect(readPublished(published)?.toISOString()).toBe(expected);
  });
});

describe("no time is read from", () => {
  it.each([
    "",
    "now",
    "infinity",
    "-infinity",
    "epoch",
    "today",
    "yesterday",
    "2026",
    "2026-11",
    "1762075800000",
    "Mon, 02 Nov 2026 09:30:00 GMT",
    "2026-02-30T00:00:00Z",
    "2027-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-13-10T00:00:00Z",
    "2026-11-00T00:00:00Z",
    "2026-11-02T25:00:00Z",
    "2026-11-02T24:00:01Z",
    "2026-11-02T09:60:00Z",
    "2026-11-02T09:30:61Z",
    "2026-11-02T09:30:00+25:00",
    "2026-11-02T09:30:00 BC",
    "2026-11-02T09:30:00Z\0",
    "2026-11-02T09:30:00Z; drop table events",
    "275760-09-13T00:00:00Z",
    "+275760-09-13T00:00:00.000Z",
    "-000001-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "９９９９-11-02T09:30:00Z",
  ])("%j", (published) => {
    expect(readPublished(published)).toBeNull();
  });
});
