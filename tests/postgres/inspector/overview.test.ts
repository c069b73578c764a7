/** The inspector's API over a real store. Counts. */
import { describe, expect, it } from "vitest";
import * as eventsContract from "../../../netlify/api/schema/events.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { ask, at, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";

const store = useInspectorStore();

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

  it("counts only the events that fit, each once", async () => {
    const jane = { id: "00uJane", type: "User", alternateId: "00uJane", displayName: "Jane" };
    const john = { id: "00uJohn", type: "User", alternateId: "john@example.com", displayName: "John" };
    await record([
      at(0, "a", { actor: jane }),
      at(1, "b", { actor: john, outcome: { result: "DENY" } }),
      at(2, "c", { actor: jane, eventType: "user.session.start", severity: "WARN" }),
      at(3, "d", { actor: jane, target: [john], outcome: { result: "FAILURE" } }),
    ]);
    const counted = async (filter: string) => {
      const { buckets, countedFrom } = await ask(
        `activity?from=2026-11-24T09:00:00Z&to=2026-11-24T10:00:00Z&buckets=1&${filter}`,
        eventsContract.activity,
      );
      expect(countedFrom).toBeNull();
      return buckets.map(({ total, failures }) => [total, failures])[0];
    };
    expect(await counted("")).toEqual([4, 2]);
    // Her login begins as her id does: she is found by both.
    expect(await counted("actor=00u")).toEqual([4, 2]);
    expect(await counted("actor=00ujane")).toEqual([3, 1]);
    expect(await counted("actor=00uJane&outcome=FAILURE")).toEqual([1, 1]);
    expect(await counted("actor=john&target=john")).toEqual([0, 0]);
    expect(await counted("target=john@")).toEqual([1, 1]);
    expect(await counted("type=user.session.start&type=user.lifecycle.create")).toEqual([4, 2]);
    expect(await counted("type=user.lifecycle.create&outcome=DENY")).toEqual([1, 1]);
    expect(await counted("type=user.lifecycle.create&severity=WARN")).toEqual([0, 0]);
    expect(await counted("severity=WARN")).toEqual([1, 0]);
    expect(await counted("outcome=SUCCESS")).toEqual([2, 0]);
  });

  it("says from when on it counted, where more fit than can be counted in good time", async () => {
    await store.sql(
      `insert into events (uuid, delivery_id, position, published, received_at, event_type, actor_id)
       select 'many-' || n, 1, n, timestamptz '2026-11-24T09:00:00Z' + n * interval '100 milliseconds', now(), 'user.session.start',
         '00uMany' from generate_series(1, 30000) as n`,
    );
    const { buckets, countedFrom } = await ask(
      "activity?from=2026-11-24T09:00:00Z&to=2026-11-24T10:00:00Z&buckets=6&actor=00uMany",
      eventsContract.activity,
    );
    expect(countedFrom).toBe("2026-11-24T09:16:40.100Z");
    expect(buckets.map(({ total }) => total)).toEqual([0, 1_999, 6_000, 6_000, 6_000, 1]);
    expect(await ask("event-types", eventsContract.eventTypes)).toEqual({
      types: [{ eventType: "user.session.start", count: 10_000 }],
    });
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
