import { expect, test } from "vitest";
import type { Clock } from "../../../netlify/base/clock.ts";
import { sweepWhenDue } from "../../../netlify/cli/start/sweep-when-due.ts";

/** A clock that waits for nobody; `waits` are the times waited. */
function fastClock() {
  let now = 0;
  const waits: number[] = [];
  const clock: Clock = {
    now: () => now,
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
      return true;
    },
  };
  return { clock, waits };
}

test("sweeps when the earliest retry is due, and looks again until none is waiting", async () => {
  const { clock } = fastClock();
  const due = [new Date(60_000), new Date(180_000), null];
  const sweptAt: number[] = [];
  await sweepWhenDue({
    clock,
    nextTryAt: async () => due.shift() ?? null,
    sweep: async () => void sweptAt.push(clock.now()),
  })();
  expect(sweptAt).toEqual([61_500, 181_500]);
});

test("sweeps nothing where no retry is waiting", async () => {
  const { clock } = fastClock();
  let swept = 0;
  await sweepWhenDue({ clock, nextTryAt: async () => null, sweep: async () => void swept++ })();
  expect(swept).toBe(0);
});

test("asks again after a site that did not answer", async () => {
  const { clock } = fastClock();
  let swept = 0;
  const answers = [new Error("not up"), new Date(0), null];
  const look = sweepWhenDue({
    clock,
    nextTryAt: async () => {
      const answer = answers.shift() ?? null;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    sweep: async () => void swept++,
  });
  await look();
  expect(swept).toBe(0);
  await look();
  expect(swept).toBe(1);
});

test("a later call takes over from one that waits", async () => {
  const waiting: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    wait: () => new Promise((resolve) => waiting.push(() => resolve(true))),
  };
  let asked = 0;
  const nextTryAt = async () => {
    asked++;
    return null;
  };
  const look = sweepWhenDue({ clock, nextTryAt, sweep: async () => undefined });
  const both = [look(), look()];
  for (const go of waiting) go();
  await Promise.all(both);
  expect(asked).toBe(1);
});
