import { expect, it } from "vitest";
import type { Activity } from "../../../../netlify/api/schema/events.ts";
import { stackActivity, totalOf } from "../../../../netlify/inspector/views/activity/stack-activity.ts";

const activity: Activity = {
  from: "2026-11-24T09:00:00.000Z",
  to: "2026-11-24T09:02:00.000Z",
  stepSeconds: 60,
  countedFrom: null,
  buckets: [
    { at: "2026-11-24T09:00:00.000Z", total: 6, done: 3, unhandled: 0, waiting: 2, dead: 1 },
    { at: "2026-11-24T09:01:00.000Z", total: 2, done: 1, unhandled: 1, waiting: 0, dead: 0 },
  ],
};

it("adds up what became of the events", () => {
  expect([totalOf(activity, "total"), totalOf(activity, "done"), totalOf(activity, "dead")]).toEqual([
    8, 4, 1,
  ]);
});

it("stands what failed on what waits on what is done, up to the total of each step", () => {
  const { xs, tops } = stackActivity(activity);
  expect(tops).toEqual([
    [3, 1],
    [3, 2],
    [5, 2],
    [6, 2],
  ]);
  expect(xs).toEqual([Date.parse("2026-11-24T09:00:30Z") / 1000, Date.parse("2026-11-24T09:01:30Z") / 1000]);
});
