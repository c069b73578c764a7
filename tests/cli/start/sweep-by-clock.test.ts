import { expect, test } from "vitest";
import type { Clock } from "../../../netlify/base/clock.ts";
import { callSweep, sweepByClock } from "../../../netlify/cli/start/sweep-by-clock.ts";
import { listen } from "../../support/listen.ts";

const START_MS = 1_800_000_000_000;

/** Sweeps `rests.length` times; each finds one of these. @returns when, in seconds after the start */
async function sweepTimes(
  rests: readonly ((nowMs: number) => Awaited<ReturnType<typeof callSweep>>)[],
  duringWait: (index: number, sweepSoon: () => void) => void = () => {},
): Promise<number[]> {
  let nowMs = START_MS;
  const times: number[] = [];
  let sweepSoon = () => {};
  const clock: Clock = {
    now: () => nowMs,
    async wait(ms, signal) {
      // Nobody began to wait for the first sweep yet.
      await Promise.resolve();
      if (times.length > 0) duringWait(times.length - 1, sweepSoon);
      if (signal?.aborted) return false;
      nowMs += ms;
      return true;
    },
  };
  await new Promise<void>((done) => {
    sweepSoon = sweepByClock(clock, async () => {
      const rest = rests[times.length];
      if (rest === undefined) {
        done();
        return new Promise(() => {});
      }
      times.push((nowMs - START_MS) / 1000);
      return rest(nowMs);
    });
  });
  return times;
}

const nothing = () => ({ nextDueAt: null, complete: true });

test("sweeps every 15 s where nothing is due", async () => {
  expect(await sweepTimes([nothing, nothing, nothing])).toEqual([15, 30, 45]);
});

test("sweeps when a run is due before that", async () => {
  const dueIn = (ms: number) => (nowMs: number) => ({ nextDueAt: nowMs + ms, complete: true });
  expect(await sweepTimes([dueIn(6_000), dueIn(60_000), nothing])).toEqual([15, 22.5, 37.5]);
});

test("sweeps no more than once in 3 s, however much is due or left", async () => {
  const late = (nowMs: number) => ({ nextDueAt: nowMs - 5_000, complete: true });
  const cutOff = () => ({ nextDueAt: null, complete: false });
  expect(await sweepTimes([late, cutOff, nothing])).toEqual([15, 18, 21]);
});

test("waits a minute after one that failed, unless something was mended", async () => {
  expect(await sweepTimes([() => null, nothing])).toEqual([15, 75]);
  const mended = (index: number, sweepSoon: () => void) => index === 0 && sweepSoon();
  expect(await sweepTimes([() => null, nothing, nothing], mended)).toEqual([15, 18, 33]);
});

test("calls the site's sweep, as Netlify's schedule does, and reads what is left", async () => {
  const { url, calls } = await listen((_call, response) => {
    response.end(JSON.stringify({ outcome: "swept", nextDueAt: 1_800_000_000_000, complete: true }));
  });
  expect(await callSweep(new URL(url).origin)).toEqual({ nextDueAt: 1_800_000_000_000, complete: true });
  expect(calls.map((call) => [call.method, call.url])).toEqual([["POST", "/.netlify/functions/sweep"]]);
});

test("an answer that is a failure leaves it to a later one", async () => {
  const { url } = await listen((_call, response) => {
    response.writeHead(500).end(JSON.stringify({ outcome: "interrupted" }));
  });
  expect(await callSweep(new URL(url).origin)).toBeNull();
});

test("a site that ends in the middle of its answer, is not there, or not yet, ends nothing", async () => {
  const { url } = await listen((_call, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.destroy());
  });
  expect(await callSweep(new URL(url).origin)).toEqual({});
  expect(await callSweep("http://127.0.0.1:9")).toEqual({});
  expect(await callSweep(undefined)).toEqual({});
});
