import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WorkReport } from "../../netlify/events/work/work-report.ts";
import { openDeliveryBlock } from "../../netlify/report/delivery-block.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";

const uuid = "3a3a3596-59a1-455b-8016-a6f468e227d0";
const about = { handler: "greet", uuid, eventType: "user.lifecycle.create", attempt: 1 } as const;
const style = { reader: "person", payloads: false, coloured: false } as const;

let printed: string[];
beforeEach(() => {
  printed = [];
  vi.useFakeTimers();
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((text: string) => void printed.push(text));
  }
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The block of one event that two handlers or none listen to. */
function openBlock(handlers: readonly string[]) {
  const target = [{ id: "00u1", type: "User", displayName: "Jane Doe" }];
  const delivery = makeDelivery([makeEvent(uuid, { actor: null, target })]);
  const recorded = {
    outcome: "recorded",
    deliveryId: "1",
    newUuids: [uuid],
    duplicateUuids: [],
    tooOldUuids: [],
    newEvents: [],
  } as const;
  const block = openDeliveryBlock({ delivery, recorded, answerMs: 12 }, style);
  block.expect(new Map([[uuid, handlers]]));
  return block;
}

test("a delivery and what its handlers made of it are one block, printed when the last of them is through", () => {
  const block = openBlock(["greet", "tell-hr"]);
  block.report({ kind: "handler-log", level: "info", handler: "greet", uuid, message: "new user" });
  block.report({ kind: "handler-done", ...about, tookMs: 75 });
  expect(printed).toEqual([]);
  const error = "TypeError: fetch failed (netlify/handlers/tell-hr.ts:9)";
  block.report({ kind: "handler-failed", ...about, handler: "tell-hr", error, final: false });
  expect(printed).toHaveLength(1);
  expect(printed[0]?.split("\n")).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d ✓ received delivery.*: 1 event, 12 ms$/),
    "  Create Okta user: Jane Doe (00u1)",
    "      greet: new user",
    "    ✓ greet, 75 ms",
    `    ✗ tell-hr failed (try 1), it will be tried again: ${error}`,
  ]);
});

test("a slow handler does not keep the block back; it gets a line of its own", () => {
  const block = openBlock(["greet"]);
  vi.advanceTimersByTime(1_500);
  expect(printed).toEqual([expect.stringContaining("… greet has not finished yet")]);
  block.report({ kind: "handler-done", ...about, tookMs: 4_000 });
  block.close();
  expect(printed).toHaveLength(2);
  expect(printed[1]).toMatch(new RegExp(`✓ greet handled ${uuid}, 4000 ms$`));
});

test("an event that no handler listens to says so", () => {
  openBlock([]);
  expect(printed).toEqual([expect.stringMatching(/\n {4}no handler listens to user\.lifecycle\.create$/)]);
});

test("what is about other events comes after the block, and nothing is lost", () => {
  const block = openBlock(["greet"]);
  const other: WorkReport = { kind: "handler-done", ...about, uuid: "another", tookMs: 1 };
  block.report(other);
  block.report({ kind: "work-interrupted", error: "the store is away" });
  block.close();
  expect(printed).toEqual([
    expect.stringContaining("received delivery"),
    expect.stringContaining("✓ greet handled another, 1 ms"),
    expect.stringContaining("✗ the work stopped early"),
  ]);
});
