import { expect, it } from "vitest";
import type { Activity } from "../../../../netlify/api/schema/events.ts";
import { stackActivity, typesOf } from "../../../../netlify/inspector/views/activity/stack-activity.ts";

const activity: Activity = {
  from: "2026-11-24T09:00:00.000Z",
  to: "2026-11-24T09:02:00.000Z",
  stepSeconds: 60,
  countedFrom: null,
  buckets: [
    { at: "2026-11-24T09:00:00.000Z", total: 6, failures: 1, types: { other: 3, "user.a": 1, "user.b": 2 } },
    { at: "2026-11-24T09:01:00.000Z", total: 2, failures: 0, types: { "user.b": 2, "user.c": 0 } },
  ],
};

it("names the most frequent type first and the rest last", () => {
  expect(typesOf(activity)).toEqual([
    { type: "user.b", total: 4, colour: 0 },
    { type: "user.a", total: 1, colour: 1 },
    { type: "other", total: 3, colour: 6 },
  ]);
});

it("stands the types on each other, up to the total of each step", () => {
  const { xs, tops, failures } = stackActivity(activity);
  expect(tops).toEqual([
    [2, 2],
    [3, 2],
    [6, 2],
  ]);
  expect(failures).toEqual([1, 0]);
  expect(xs).toEqual([Date.parse("2026-11-24T09:00:30Z") / 1000, Date.parse("2026-11-24T09:01:30Z") / 1000]);
});
