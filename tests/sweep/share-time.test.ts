import { expect, it } from "vitest";
import { defineHandler, MAX_TIMEOUT_MS } from "../../netlify/handler-kit/define-handler.ts";
import { shareTime } from "../../netlify/sweep/share-time.ts";

it.for([
  ["no handler", undefined, 11_000],
  ["a quick handler", 1_000, 11_000],
  ["one that has the usual time", 10_000, 9_000],
  ["one that has all the time there is", MAX_TIMEOUT_MS, 4_000],
] as const)("with %s catch-up ends while a try still has its full time", ([, timeoutMs, expected]) => {
  const slowest =
    timeoutMs && defineHandler({ name: "slowest", on: "user.lifecycle.create", timeoutMs, handle() {} });

  const shares = shareTime(0, slowest ? [slowest] : []);

  expect(shares.catchUp).toBe(expected);
  expect(shares.work - shares.catchUpStatements).toBeGreaterThanOrEqual(timeoutMs ?? 0);
  // Two calls to Netlify Blobs, of a second each, end with the 30 s.
  const { catchUp, catchUpStatements, work, upkeep, alerts, statements, failureAlert } = shares;
  const inOrder = [catchUp, catchUpStatements, work, upkeep, alerts, statements, failureAlert, 28_000];
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
});
