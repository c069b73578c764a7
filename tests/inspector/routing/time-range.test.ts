import { expect, it } from "vitest";
import { roundSpan } from "../../../netlify/inspector/routing/time-range.ts";

const HOUR_MS = 3_600_000;

it.each([
  ["an hour", HOUR_MS, 5 * 60_000],
  ["a day", 24 * HOUR_MS, HOUR_MS],
  ["a month", 30 * 24 * HOUR_MS, 24 * HOUR_MS],
])("%s is drawn in round steps that begin on the clock and hold all of it", (_, lengthMs, stepMs) => {
  const to = new Date(2026, 10, 20, 14, 3, 27);
  const from = new Date(to.getTime() - lengthMs);
  const span = roundSpan(from, to);
  const midnight = new Date(span.from.getFullYear(), span.from.getMonth(), span.from.getDate());

  expect((span.to.getTime() - span.from.getTime()) / span.steps).toBe(stepMs);
  expect((span.from.getTime() - midnight.getTime()) % stepMs).toBe(0);
  expect(span.from <= from && span.to >= to).toBe(true);
  expect(span.steps).toBeLessThanOrEqual(200);
});
