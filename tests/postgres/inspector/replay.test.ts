/** The inspector's API over a real store. Runs and dead letters, shown and replayed. */
import { describe, expect, it, vi } from "vitest";
import { updateAlerts } from "../../../netlify/alerts/alert-store.ts";
import { detectFailures } from "../../../netlify/alerts/detect-failures.ts";
import * as deliveriesContract from "../../../netlify/api/schema/deliveries.ts";
import * as eventsContract from "../../../netlify/api/schema/events.ts";
import * as failingContract from "../../../netlify/api/schema/failing.ts";
import { health } from "../../../netlify/api/schema/health.ts";
import { addRuns } from "../../support/add-runs.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { ask, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";
import { instanceDatabase } from "../../support/instance-database.ts";

const store = useInspectorStore();

describe("a replay", () => {
  const post = { ...signedIn, method: "POST" };

  it("runs the event's handlers after the answer, and its runs are shown", async () => {
    await record([makeEvent("event-1")]);
    vi.spyOn(console, "info").mockImplementation(() => {});

    const answer = await callInspector("events/event-1/replay", post);
    await answer.afterwards;

    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ queued: 1 });
    const { runs } = await ask("events/event-1", eventsContract.eventDetail);
    expect(runs).toMatchObject([
      {
        handler: "greet-new-user",
        state: "done",
        attempts: 1,
        maxAttempts: 11,
        lastError: null,
        registered: true,
      },
    ]);
  });

  it("takes the name of a handler", async () => {
    await record([makeEvent("event-1")]);
    vi.spyOn(console, "info").mockImplementation(() => {});
    const named = await callInspector("events/event-1/replay", {
      ...post,
      body: { handler: "greet-new-user" },
    });
    await named.afterwards;
    const other = await callInspector("events/event-1/replay", { ...post, body: { handler: "nobody" } });

    expect(named.json).toEqual({ queued: 1 });
    expect(other.status).toBe(409);
    expect(other.json.detail).toContain("No handler of that name");
  });

  it("of an event without handlers, without payload, or never seen says why not", async () => {
    await record([makeEvent("other", { eventType: "user.session.start" }), makeEvent("gone")]);
    await store.sql("update events set payload = null where uuid = 'gone'");
    const replay = async (uuid: string) => await callInspector(`events/${uuid}/replay`, post);

    expect(await replay("other")).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("No handler") },
    });
    expect(await replay("gone")).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("retention") },
    });
    expect(await replay("made-up")).toMatchObject({ status: 404 });
  });

  it("runs nothing on a preview, which has a copy of production's data", async () => {
    await record([makeEvent("event-1")]);
    for (const deploy of [
      { context: "deploy-preview", published: false },
      { context: "production", published: false },
    ]) {
      const answer = await callInspector("events/event-1/replay", { ...post, deploy });
      expect(answer.status).toBe(409);
      expect(answer.json.detail).toContain("production");
      expect(
        (await callInspector("failing/replay", { ...post, body: { state: "dead" }, deploy })).status,
      ).toBe(409);
    }
  });

  it.each([{ handler: 7 }, { handler: "" }, { handlers: ["a"] }, [], "nonsense", "null"])(
    "with the body %j is refused",
    async (body) => {
      await record([makeEvent("event-1")]);
      expect((await callInspector("events/event-1/replay", { ...post, body })).status).toBe(400);
    },
  );
});

describe("dead letters", () => {
  async function bury(uuid: string, handler: string, at: string, fingerprint = "b".repeat(16)) {
    const error = "no answer";
    await store.sql(...addRuns([{ uuid, handler, state: "dead", failures: 3, error, fingerprint, at }]));
  }

  it("are counted, and listed page after page, the last to begin failing first", async () => {
    await record([makeEvent("event-1"), makeEvent("event-2"), makeEvent("event-3")]);
    await bury("event-1", "greet-new-user", "2020-01-02T10:00:00.000001Z");
    await bury("event-2", "greet-new-user", "2020-01-02T10:00:00.000002Z");
    await bury("event-3", "renamed", "2020-01-02T10:00:00.000002Z");

    const { dead } = await ask("changes", deliveriesContract.changes);
    const first = await ask("failing/runs?limit=2", failingContract.failingRuns);
    const second = await ask(`failing/runs?limit=2&cursor=${first.next}`, failingContract.failingRuns);

    expect(dead).toBe(3);
    expect(first.runs.map(({ uuid, registered }) => [uuid, registered])).toEqual([
      ["event-3", false],
      ["event-2", true],
    ]);
    expect(second).toMatchObject({
      next: null,
      runs: [
        {
          uuid: "event-1",
          handler: "greet-new-user",
          eventType: "user.lifecycle.create",
          state: "dead",
          attempts: 3,
          maxAttempts: 3,
          lastError: "no answer",
        },
      ],
    });
  });

  it("are replayed all at once", async () => {
    vi.spyOn(console, "info").mockImplementation(() => {});
    await record([makeEvent("event-1"), makeEvent("event-2")]);
    await bury("event-1", "greet-new-user", "2020-01-02T10:00:00Z");
    await bury("event-2", "greet-new-user", "2020-01-02T10:00:00Z");

    const answer = await callInspector("failing/replay", {
      ...signedIn,
      method: "POST",
      body: { state: "dead" },
    });
    await answer.afterwards;

    expect(answer.json).toEqual({ queued: 2, left: [], next: null });
    expect(await listDead()).toEqual([]);
    const { runs } = await ask("events/event-1", eventsContract.eventDetail);
    expect(runs).toMatchObject([{ state: "done" }]);
  });

  it.each([
    ["replayed", "failing/replay", { method: "POST", body: { state: "dead" } }],
    ["discarded", "failing", { method: "DELETE", body: { all: true } }],
  ] as const)("that were told of and are %s are told to be over at once", async (_, path, call) => {
    await record([makeEvent("event-1")]);
    await bury("event-1", "greet-new-user", "2020-01-02T10:00:00Z");
    const { conditions } = await detectFailures(instanceDatabase, null, new Date());
    await updateAlerts(instanceDatabase, conditions, ["dead-letters"], new Date(0));
    expect((await ask("health", health)).alerts).toMatchObject([{ kind: "dead-letters" }]);

    await (await callInspector(path, { ...signedIn, ...call })).afterwards;

    expect((await ask("health", health)).alerts).toEqual([]);
  });

  it("that nobody can take are left, and the answer says how many and why", async () => {
    vi.spyOn(console, "info").mockImplementation(() => {});
    await record([makeEvent("event-1"), makeEvent("event-2"), makeEvent("event-3")]);
    await bury("event-1", "renamed", "2020-01-02T10:00:00Z");
    await bury("event-2", "greet-new-user", "2020-01-02T10:00:00Z");
    await bury("event-3", "greet-new-user", "2020-01-02T10:00:00Z");
    await store.sql("update events set payload = null where uuid = 'event-2'");

    const answer = await callInspector("failing/replay", {
      ...signedIn,
      method: "POST",
      body: { state: "dead" },
    });
    await answer.afterwards;

    expect(answer.status).toBe(202);
    expect(failingContract.replayFailingResult.parse(answer.json)).toEqual({
      queued: 1,
      next: null,
      left: expect.arrayContaining([
        { reason: "handler-gone", count: 1 },
        { reason: "payload-gone", count: 1 },
      ]),
    });
    expect(await listDead()).toHaveLength(2);
  });

  /** Four dead letters that differ in event, handler and error. */
  async function buryFour() {
    await record([makeEvent("event-1"), makeEvent("event-2")]);
    await bury("event-1", "greet-new-user", "2020-01-02T10:00:00Z");
    await bury("event-1", "renamed", "2020-01-02T10:00:00Z");
    await bury("event-2", "greet-new-user", "2020-01-02T10:00:00Z", "a".repeat(16));
    await bury("event-2", "renamed", "2020-01-02T10:00:00Z", "a".repeat(16));
  }
  const listDead = async () =>
    (await ask("failing/runs?state=dead", failingContract.failingRuns)).runs
      .map(({ uuid, handler }) => `${uuid} ${handler}`)
      .sort();
  const selections = [
    ["a handler", { handler: "greet-new-user" }, ["event-1 greet-new-user", "event-2 greet-new-user"]],
    ["a fingerprint", { fingerprint: "a".repeat(16) }, ["event-2 greet-new-user", "event-2 renamed"]],
    ["an event", { runs: [{ uuid: "event-1" }] }, ["event-1 greet-new-user", "event-1 renamed"]],
    [
      "single ones",
      {
        runs: [
          { uuid: "event-1", handler: "greet-new-user" },
          { uuid: "event-2", handler: "renamed" },
        ],
      },
      ["event-1 greet-new-user", "event-2 renamed"],
    ],
    [
      "all of these together",
      { handler: "renamed", fingerprint: "a".repeat(16), runs: [{ uuid: "event-2" }] },
      ["event-2 renamed"],
    ],
    ["nothing that is there", { handler: "greet" }, []],
  ] as const;

  it.each(selections)("are discarded for good: those of %s", async (_, body, meant) => {
    await buryFour();
    const all = await listDead();

    const answer = await callInspector("failing", { ...signedIn, method: "DELETE", body });

    expect(answer).toMatchObject({ status: 200, json: { discarded: meant.length } });
    expect(await listDead()).toEqual(all.filter((letter) => !(meant as readonly string[]).includes(letter)));
  });

  it.each(selections)("are replayed: those of %s", async (_, body, meant) => {
    vi.spyOn(console, "info").mockImplementation(() => {});
    await buryFour();

    const answer = await callInspector("failing/replay", {
      ...signedIn,
      method: "POST",
      body: { ...body, state: "dead" },
    });
    await answer.afterwards;

    const { queued, left } = failingContract.replayFailingResult.parse(answer.json);
    const gone = meant.filter((letter) => letter.endsWith("renamed")).length;
    expect(queued).toBe(meant.length - gone);
    expect(left).toEqual(gone === 0 ? [] : [{ reason: "handler-gone", count: gone }]);
    expect(await listDead()).toHaveLength(4 - queued);
  });

  it("are all discarded only where the call says all", async () => {
    await buryFour();
    const discard = { ...signedIn, method: "DELETE" };

    for (const body of [{}, { all: false }, { all: true, handler: "renamed" }, { runs: [] }, { some: 1 }]) {
      expect((await callInspector("failing", { ...discard, body })).status).toBe(400);
    }
    expect(await listDead()).toHaveLength(4);
    expect((await callInspector("failing", { ...discard, body: { all: true } })).json).toEqual({
      discarded: 4,
    });
    expect(await listDead()).toEqual([]);
  });

  it("cannot be discarded on a preview, or by a stranger", async () => {
    await buryFour();
    const all = { method: "DELETE", body: { all: true } };
    const deploy = { context: "deploy-preview", published: false };

    expect((await callInspector("failing", { ...signedIn, ...all, deploy })).status).toBe(409);
    expect((await callInspector("failing", all)).status).toBe(401);
    expect(await listDead()).toHaveLength(4);
  });

  it.each(["x", Buffer.from('["2026-11-24T09:00:00Z","no-uuid"]').toString("base64url")])(
    "cannot be listed with the made-up cursor %s",
    async (cursor) => {
      expect((await callInspector(`failing/runs?cursor=${cursor}`, signedIn)).status).toBe(400);
    },
  );
});
