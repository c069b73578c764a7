/** The inspector's API over a real store. Counts. */
import { describe, expect, it } from "vitest";
import * as eventsContract from "../../../netlify/api/contract/events.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { ask, at, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";

useInspectorStore();

describe("the overview", () => {
  it("counts events by type, in a span of time too", async () => {
    await record([at(1, "a"), at(2, "b"), at(3, "c", { eventType: "user.session.start" })]);
    expect(await ask("event-types", eventsContract.eventTypes)).toEqual({
      types: [
        { eventType: "user.lifecycle.create", count: 2 },
        { eventType: "user.session.start", count: 1 },
      ],
    });
    expect(
      await ask("event-types?from=2026-11-24T09:02:00Z&to=2026-11-24T09:03:00Z", eventsContract.eventTypes),
    ).toEqual({
      types: [{ eventType: "user.lifecycle.create", count: 1 }],
    });
  });

  it("draws equal steps without gaps: all, failures, and the six most frequent types by name", async () => {
    const typed = (minute: number, uuid: string, eventType: string) => at(minute, uuid, { eventType });
    await record([
      ...["a", "b", "c", "d", "e", "f"].flatMap((type) => [
        typed(0, `${type}1`, type),
        typed(7, `${type}2`, type),
      ]),
      typed(7, "g1", "g"),
      typed(7, "proto", "__proto__"),
      at(1, "failed", { eventType: "a", outcome: { result: "FAILURE" } }),
      at(2, "denied", { eventType: "a", outcome: { result: "DENY" } }),
      at(10, "outside", { eventType: "a" }),
    ]);

    const { buckets, stepSeconds } = await ask(
      "activity?from=2026-11-24T09:00:00Z&to=2026-11-24T09:10:00Z&buckets=4",
      eventsContract.activity,
    );

    expect(stepSeconds).toBe(150);
    expect(buckets.map(({ at: begin, total, failures }) => [begin, total, failures])).toEqual([
      ["2026-11-24T09:00:00.000Z", 8, 2],
      ["2026-11-24T09:02:30.000Z", 0, 0],
      ["2026-11-24T09:05:00.000Z", 8, 0],
      ["2026-11-24T09:07:30.000Z", 0, 0],
    ]);
    expect(buckets[2]?.types).toEqual({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, other: 2 });
  });

  it.each([
    "activity?from=2026-11-24T09:00:00Z&to=2026-11-24T09:00:00Z",
    "activity?from=2099-01-01T00:00:00Z",
    "activity?buckets=201",
    "event-types?from=now",
  ])("refuses %s", async (path) => {
    expect((await callInspector(path, signedIn)).status).toBe(400);
  });

  it.each([1, 48, 200])("can span all of time in %i steps", async (steps) => {
    await record([at(1, "a", { outcome: { result: "FAILURE" } })]);
    const { buckets } = await ask(
      `activity?from=0001-01-03T00:00:00Z&to=9999-12-30T00:00:00Z&buckets=${steps}`,
      eventsContract.activity,
    );
    expect(buckets).toHaveLength(steps);
    expect(buckets.reduce((sum, { total }) => sum + total, 0)).toBe(1);
  });
});
