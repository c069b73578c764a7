import { describe, expect, it } from "vitest";
import { type HandlerFacts, handlerSentence, shortError } from "../../netlify/base/handler-sentence.ts";

const failing: HandlerFacts = {
  handler: "offboard-user",
  failingSince: "14:10",
  waiting: 1_407,
  error: "Error: HR answered 503 (netlify/handlers/offboard-user.ts:12)",
};

describe("the line about a handler", () => {
  it.each<[string, Partial<HandlerFacts>, string]>([
    ["is failing", {}, 'offboard-user: failing since 14:10, 1,407 runs wait, "HR answered 503"'],
    ["has one run", { waiting: 1 }, 'offboard-user: failing since 14:10, 1 run waits, "HR answered 503"'],
    [
      "has too many to count",
      { waiting: 1_000, isCapped: true, error: null },
      "offboard-user: failing since 14:10, 1,000+ runs wait",
    ],
    [
      "is paused",
      { pausedSince: "14:30", failingSince: null, error: null },
      "offboard-user: paused since 14:30, 1,407 runs wait",
    ],
    [
      "is paused while it fails",
      { pausedSince: "14:30", error: null },
      "offboard-user: paused since 14:30, failing since 14:10, 1,407 runs wait",
    ],
    [
      "has dead letters",
      { waiting: 0, dead: 32, failingSince: null },
      'offboard-user: 32 dead letters, "HR answered 503"',
    ],
    ["is well", { waiting: 0, failingSince: null, error: null }, "offboard-user: healthy"],
  ])("of one that %s", (_, facts, sentence) => {
    expect(handlerSentence({ ...failing, ...facts })).toBe(sentence);
  });
});

it("an error is shown without its place, and cut where it is long", () => {
  expect(shortError("TypeError: fetch failed (ECONNREFUSED) (netlify/handlers/a.ts:3)")).toBe(
    "TypeError: fetch failed (ECONNREFUSED)",
  );
  expect(shortError("x".repeat(1_000))).toHaveLength(160);
});
