/** `order` and `latest`: the runs of a handler with one key are a line. On a real Postgres. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { recoverLostRuns } from "../../netlify/events/work/queue/recover-lost-runs.ts";
import { queueDelivery, queueEvents } from "../../netlify/events/work/queue-events.ts";
import { replay, replayDeadLetters } from "../../netlify/events/work/replay.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { defineHandler, type Handler } from "../../netlify/handler-kit/define-handler.ts";
import { NonRetriableError, RetryAfterError } from "../../netlify/handler-kit/handler-error.ts";
import { byUser } from "../../netlify/handler-kit/run-key.ts";
import { makeEvent } from "../support/deliveries.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;
let handled: string[];
/** What a handler throws for an event, by its uuid. */
let thrown: Map<string, Error>;
let keyFails: boolean;

const MINUTE = 60_000;
const on = "user.lifecycle.create";
const handle: Handler["handle"] = ({ uuid }, { late }) => {
  handled.push(late ? `${uuid} late` : uuid);
  const error = thrown.get(uuid);
  if (error) throw error;
};
const key = (event: Parameters<typeof byUser>[0]) => {
  if (keyFails) throw new TypeError("no user in this event");
  return byUser(event);
};
const roles = defineHandler({ name: "roles", on, order: key, handle });
const sync = defineHandler({ name: "sync", on, latest: key, handle });

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());

let work: MadeWork;
/** Begins a test with this handler, and an empty store. */
async function begin(handler: Handler): Promise<void> {
  work = await makeWork(url, [handler]);
}
beforeEach(() => {
  handled = [];
  thrown = new Map();
  keyFails = false;
  return () => work.close();
});

/** An event about a person, published so many minutes after nine. */
function about(person: string, minute: number, uuid = `${person}-${minute}`) {
  return makeEvent(uuid, {
    published: `2026-11-24T09:${String(minute).padStart(2, "0")}:00.000Z`,
    target: [{ id: person, type: "User" }],
  });
}

const queue = async (...events: ReturnType<typeof about>[]) =>
  await queueEvents(work, await work.record(...events));
const runDue = async () => await runDueWork(work, { deadline: soon(work), waitForRetryMs: 0 });
const states = async () =>
  Object.fromEntries(
    (
      await work.sql<{ event_uuid: string; state: string }>("select event_uuid, state from runs order by 1")
    ).map(({ event_uuid, state }) => [event_uuid, state]),
  );
const runOf = async (uuid: string) => (await listRuns(work.database, [uuid]))[0];

describe("with order", () => {
  beforeEach(() => begin(roles));

  test("runs go one at a time for a person, the oldest published first, whatever the order in which they came", async () => {
    await queue(about("ann", 3), about("bob", 1), about("ann", 1));
    await queue(about("ann", 2));

    const taken = await work.take(10);
    expect(taken.map(({ uuid }) => uuid).toSorted()).toEqual(["ann-1", "bob-1"]);
    expect(await states()).toMatchObject({ "ann-2": "held", "ann-3": "held" });
    for (const run of taken) await work.settle({ run, outcome: "done" });

    await runDue();
    expect(handled).toEqual(["ann-2", "ann-3"]);
  });

  test("an event without a key waits for nobody", async () => {
    const other = (uuid: string) => makeEvent(uuid, { actor: undefined, target: [] });
    await queue(other("one"), other("two"));

    expect(await work.take(10)).toHaveLength(2);
  });

  test("a run that waits for its next try holds those behind it; a dead letter is stepped over", async () => {
    thrown.set("ann-1", new Error("busy"));
    await queue(about("ann", 1), about("ann", 2));
    await runDue();
    expect(handled).toEqual(["ann-1"]);
    expect(await runOf("ann-2")).toMatchObject({ state: "waiting", heldBy: "ann-1", key: "ann" });

    thrown.set("ann-1", new NonRetriableError("no such role"));
    await work.clock.advance(10_000);
    await runDue();

    expect(handled).toEqual(["ann-1", "ann-1", "ann-2"]);
    expect(await states()).toEqual({ "ann-1": "dead", "ann-2": "done" });
  });

  test("an older event that comes while a newer one waits goes first; while it runs, it runs after it and is late", async () => {
    await queue(about("ann", 5));
    await queue(about("ann", 3));
    const [first] = await work.take(10);
    expect(first?.uuid).toBe("ann-3");
    await queue(about("ann", 1));
    if (first) await work.settle({ run: first, outcome: "done" });

    await runDue();

    expect(handled).toEqual(["ann-1 late", "ann-5"]);
    expect(await runOf("ann-1")).toMatchObject({ late: true });
  });

  test("a dead letter that is replayed stands where its event does, and is late if a newer one has begun", async () => {
    thrown.set("ann-1", new NonRetriableError("no such role"));
    await queue(about("ann", 1), about("ann", 2));
    await runDue();
    await queue(about("ann", 4), about("ann", 3));
    handled = [];
    thrown.clear();

    expect(await replayDeadLetters(work)).toMatchObject({ queued: 1, left: [] });
    await runDue();

    expect(handled).toEqual(["ann-1 late", "ann-3", "ann-4"]);
  });

  test("a process that dies holds its line until its lease is over; its try then ends nothing", async () => {
    await queue(about("ann", 1), about("ann", 2));
    const [lost] = await work.take(10);
    await runDue();
    expect(handled).toEqual([]);

    await work.clock.advance(2 * MINUTE + 1);
    await recoverLostRuns(work);
    await work.clock.advance(10_000);
    const [again] = await work.take(10);
    expect(again).toMatchObject({ uuid: "ann-1", tries: 2 });
    if (lost) await work.settle({ run: lost, outcome: "done" });
    expect(await work.take(10)).toEqual([]);

    if (again) await work.settle({ run: again, outcome: "done" });
    await runDue();
    expect(handled).toEqual(["ann-2"]);
  });

  test("an older event whose queueing commits while a newer one runs is not lost behind it", async () => {
    await queue(about("ann", 5));
    const [newer] = await work.take(10);
    const instances = await Promise.all([1, 2, 3, 4].map(() => work.sibling()));
    await Promise.all([
      ...instances.map(async (instance, minute) => {
        const delivery = await instance.record(about("ann", minute));
        await queueDelivery(instance, delivery, { take: 10, deadline: soon(work) });
      }),
      newer && work.settle({ run: newer, outcome: "done" }),
    ]);
    await Promise.all(instances.map((instance) => instance.close()));
    // What one of them took and left running is recovered.
    await work.clock.advance(2 * MINUTE + 1);
    await recoverLostRuns(work);
    await work.clock.advance(10_000);
    await runDue();

    expect(Object.values(await states())).toEqual(["done", "done", "done", "done", "done"]);
    expect(handled.map((line) => line.replace(" late", ""))).toEqual(
      handled.map((_, index) => `ann-${index}`),
    );
  });

  test("forgetting the front of a line lets the next one go", async () => {
    await queue(about("ann", 1), about("ann", 2));

    await work.sql("select delete_runs(array['ann-1'])");

    await runDue();
    expect(handled).toEqual(["ann-2"]);
  });
});

describe("with latest", () => {
  beforeEach(() => begin(sync));

  test("of what waits for a person only the newest runs; the rest is superseded, and says by which", async () => {
    await queue(about("ann", 2), about("ann", 1), about("ann", 3), about("bob", 1));
    await runDue();

    expect(handled.toSorted()).toEqual(["ann-3", "bob-1"]);
    expect(await runOf("ann-1")).toMatchObject({ state: "superseded", supersededBy: "ann-3", attempts: 0 });
    expect(await runOf("ann-2")).toMatchObject({ state: "superseded", supersededBy: "ann-3" });
  });

  test("never the one that runs: what comes while it runs, runs after it", async () => {
    await queue(about("ann", 1));
    const [running] = await work.take(10);
    await queue(about("ann", 2));
    await queue(about("ann", 3));
    expect(await work.take(10)).toEqual([]);

    if (running) await work.settle({ run: running, outcome: "done" });
    await runDue();

    expect(handled).toEqual(["ann-3"]);
    expect(await states()).toEqual({ "ann-1": "done", "ann-2": "superseded", "ann-3": "done" });
  });

  test("one that waits for its next try is superseded by a newer one", async () => {
    thrown.set("ann-1", new Error("busy"));
    await queue(about("ann", 1));
    await runDue();
    await queue(about("ann", 2));
    await runDue();

    expect(handled).toEqual(["ann-1", "ann-2"]);
    expect(await runOf("ann-1")).toMatchObject({ state: "superseded", supersededBy: "ann-2" });
  });

  test("one that is older than what has begun is superseded when it comes, unless somebody replays it", async () => {
    await queue(about("ann", 5));
    await runDue();
    await queue(about("ann", 1));
    await runDue();
    expect(handled).toEqual(["ann-5"]);
    expect(await runOf("ann-1")).toMatchObject({ state: "superseded", supersededBy: "ann-5" });

    await replay(work, "ann-1");
    await runDue();

    expect(handled).toEqual(["ann-5", "ann-1 late"]);
    expect(await runOf("ann-1")).toMatchObject({ state: "done", cause: "replay", supersededBy: null });
  });
});

describe("a key function that throws", () => {
  test("makes a dead letter at once, and a replay asks again", async () => {
    await begin(roles);
    keyFails = true;
    const delivery = await work.record(about("ann", 1));
    await queueDelivery(work, delivery, { take: 10, deadline: soon(work) });
    await runDue();
    expect(handled).toEqual([]);
    expect(await runOf("ann-1")).toMatchObject({
      state: "dead",
      attempts: 0,
      lastError: expect.stringMatching(/^TypeError: no user in this event/),
    });
    expect(work.reported("dead-letter")).toMatchObject([{ uuid: "ann-1", handler: "roles" }]);

    expect(await replay(work, "ann-1")).toMatchObject({ handlers: [], withoutKey: ["roles"] });
    expect(await replayDeadLetters(work)).toMatchObject({
      queued: 0,
      left: [{ reason: "no-key", count: 1 }],
    });

    keyFails = false;
    expect(await replayDeadLetters(work)).toMatchObject({ queued: 1, left: [] });
    await runDue();
    expect(handled).toEqual(["ann-1"]);
    expect(await runOf("ann-1")).toMatchObject({ state: "done", key: "ann" });
  });
});

describe("a handler that throws", () => {
  beforeEach(() => begin(roles));

  test("a RetryAfterError puts the run off and costs no try, for a day in all; then it fails", async () => {
    thrown.set("ann-1", new RetryAfterError("busy", 6 * 3_600));
    await queue(about("ann", 1));
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await runDue();
      expect(await runOf("ann-1")).toMatchObject({ state: "waiting", attempts: 0 });
      await work.clock.advance(6 * 60 * MINUTE - 1);
      await runDue();
      expect(handled).toHaveLength(quarter + 1);
      await work.clock.advance(1);
    }
    await runDue();

    expect(await runOf("ann-1")).toMatchObject({
      state: "retrying",
      attempts: 1,
      lastError: expect.stringContaining("was put off for a day in all"),
    });
  });

  test("a NonRetriableError makes a dead letter at once", async () => {
    thrown.set("ann-1", new NonRetriableError("no such role"));
    await queue(about("ann", 1));
    await runDue();

    expect(await runOf("ann-1")).toMatchObject({ state: "dead", attempts: 1, maxAttempts: 11 });
    expect(work.reported("handler-failed")).toMatchObject([{ final: true }]);
    expect(work.reported("dead-letter")).toHaveLength(1);
  });

  test("leaves its last ten tries with the run: when, how long, and why", async () => {
    thrown.set("ann-1", new RetryAfterError("busy", 60));
    await queue(about("ann", 1));
    for (let time = 0; time < 12; time += 1) {
      await runDue();
      await work.clock.advance(MINUTE);
    }
    thrown.clear();
    await runDue();

    const tries = (await runOf("ann-1"))?.lastTries ?? [];
    expect(tries).toHaveLength(10);
    expect(tries.at(0)).toMatchObject({ error: expect.stringMatching(/^RetryAfterError: busy/) });
    expect(tries.at(-1)).toEqual({ at: new Date(work.clock.now()), tookMs: 0, error: null });
  });
});
