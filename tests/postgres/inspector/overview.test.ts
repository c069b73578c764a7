/** The inspector's API over a real store. Counts. */
import { describe, expect, it } from "vitest";
import * as eventsContract from "../../../netlify/api/schema/events.ts";
import { addRuns } from "../../support/add-runs.ts";
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

  it("draws equal steps without gaps: what handlers made of the events, each counted once", async () => {
    const other = { eventType: "user.session.start" };
    await record([
      at(0, "done"),
      at(1, "dead"),
      at(1, "retrying"),
      at(2, "both"),
      at(7, "nobody", other),
      at(10, "outside"),
    ]);
    await store.sql("update deliveries set queued_at = received_at");
    const handler = "greet-new-user";
    await store.sql(
      ...addRuns([
        { uuid: "done", handler },
        { uuid: "dead", handler, state: "dead", failures: 1 },
        { uuid: "retrying", handler, state: "waiting", failures: 1 },
        { uuid: "both", handler, state: "waiting" },
        { uuid: "both", handler: "renamed", state: "dead", failures: 1 },
      ]),
    );
    const made = async (filter: string) => {
      const { buckets, stepSeconds } = await ask(
        `activity?from=2026-11-24T09:00:00Z&to=2026-11-24T09:10:00Z&buckets=4&${filter}`,
        eventsContract.activity,
      );
      expect(stepSeconds).toBe(150);
      return buckets;
    };

    const none = { total: 0, done: 0, waiting: 0, dead: 0, unhandled: 0 };
    expect(await made("")).toEqual([
      { ...none, at: "2026-11-24T09:00:00.000Z", total: 4, done: 1, waiting: 1, dead: 2 },
      { ...none, at: "2026-11-24T09:02:30.000Z" },
      { ...none, at: "2026-11-24T09:05:00.000Z", total: 1, unhandled: 1 },
      { ...none, at: "2026-11-24T09:07:30.000Z" },
    ]);
    expect((await made("handler=greet-new-user"))[0]).toMatchObject({
      total: 4,
      done: 1,
      waiting: 2,
      dead: 1,
    });
    expect((await made("handler=renamed"))[0]).toMatchObject({ total: 1, dead: 1 });
    expect((await made("state=retrying"))[0]).toMatchObject({ total: 1, waiting: 1 });
  });

  it("counts what is recorded and not queued yet as waiting", async () => {
    await record([at(0, "a")]);
    const { buckets } = await ask(
      "activity?from=2026-11-24T09:00:00Z&to=2026-11-24T09:10:00Z&buckets=1",
      eventsContract.activity,
    );
    expect(buckets).toMatchObject([{ total: 1, waiting: 1, done: 0 }]);
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
      return buckets[0]?.total;
    };
    expect(await counted("")).toBe(4);
    // Her login begins as her id does: she is found by both.
    expect(await counted("actor=00u")).toBe(4);
    expect(await counted("actor=00ujane")).toBe(3);
    expect(await counted("actor=00uJane&outcome=FAILURE")).toBe(1);
    expect(await counted("actor=john&target=john")).toBe(0);
    expect(await counted("target=john@")).toBe(1);
    expect(await counted("type=user.session.start&type=user.lifecycle.create")).toBe(4);
    expect(await counted("type=user.lifecycle.create&outcome=DENY")).toBe(1);
    expect(await counted("type=user.lifecycle.create&severity=WARN")).toBe(0);
    expect(await counted("severity=WARN")).toBe(1);
    expect(await counted("outcome=SUCCESS")).toBe(2);
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
