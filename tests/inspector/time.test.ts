import { expect, it } from "vitest";
import {
  cappedCount,
  clockTime,
  counted,
  dayName,
  duration,
  relativeTime,
  shortTime,
} from "../../netlify/inspector/time.ts";

it.each([
  [0, "0 ms"],
  [850.4, "850 ms"],
  [1300, "1.3 s"],
  [12_000, "12 s"],
  [185_000, "3 min 5 s"],
  [7_200_000, "2 h"],
  [3 * 86_400_000 + 5 * 3_600_000 + 59_000, "3 d 5 h"],
])("%d ms is %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

it("names the day as a person would", () => {
  const now = new Date(2026, 10, 24, 0, 30);
  expect(dayName(new Date(2026, 10, 24, 0, 10).toISOString(), now)).toBe("Today");
  expect(dayName(new Date(2026, 10, 23, 23, 50).toISOString(), now)).toBe("Yesterday");
  expect(dayName(new Date(2026, 10, 20, 12).toISOString(), now)).not.toMatch(/2026|day$/);
  expect(dayName(new Date(2025, 10, 24, 12).toISOString(), now)).toContain("2025");
});

it("shows what is no time as it is", () => {
  expect(clockTime("soon")).toBe("soon");
});

it.each([
  [2_000, "now"],
  [12_000, "12 s ago"],
  [185_000, "3 min ago"],
  [7_300_000, "2 h ago"],
  [3 * 86_400_000, "3 d ago"],
  [-7_300_000, "in 2 h"],
])("what was %d ms ago is %s", (ms, words) => {
  const now = new Date("2026-11-24T12:00:00Z");
  expect(relativeTime(new Date(now.getTime() - ms).toISOString(), now)).toBe(words);
});

it("says where there may be more than were counted", () => {
  expect(cappedCount(1_407)).toBe((1_407).toLocaleString());
  expect(cappedCount(10_000)).toBe(`${(10_000).toLocaleString()}+`);
  expect(cappedCount(1_000, 1_000)).toBe(`${(1_000).toLocaleString()}+`);
  expect(counted(1, "dead letter", 10_000)).toBe("1 dead letter");
  expect(counted(10_000, "dead letter", 10_000)).toBe(`${(10_000).toLocaleString()}+ dead letters`);
});

it("leaves the day out of today's times", () => {
  const now = new Date();
  expect(shortTime(new Date(now.getFullYear(), now.getMonth(), now.getDate(), 0, 7).toISOString())).toBe(
    "00:07",
  );
  expect(shortTime("2020-01-02T12:00:00.000Z")).not.toMatch(/^\d\d:\d\d$/);
});
