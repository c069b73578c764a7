import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { countFailingRuns, discardDeadLetters } from "../../netlify/events/work/queue/failing-runs.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { replay, replayDeadLetters } from "../../netlify/events/work/replay.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler, type Handler } from "../../netlify/handler-kit/define-handler.ts";
import { makeEvent } from "../support/deliveries.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;
const opened: MadeWork[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterEach(() => Promise.all(opened.splice(0).map((work) => work.close())));
afterAll(() => postgres.destroy());

async function workWith(...handlers: Handler[]): Promise<MadeWork> {
  const work = await makeWork(url, handlers);
  opened.push(work);
  return work;
}

/** A handler that keeps what it was given, and fails its first tries. */
function recording({ name = "greet", failures = 0, retries = 3 } = {}) {
  const handled: { uuid: string; attempt: number }[] = [];
  const handler = defineHandler({
    name,
    on: "user.lifecycle.create",
    retries,
    handle({ uuid }, { attempt }) {
      handled.push({ uuid, attempt });
      if (handled.length <= failures) throw new Error("no answer from the mail server");
    },
  });
  return { handler, handled };
}

/** Records and works off a delivery of one event. */
async function deliver(work: MadeWork, uuid = "event-1") {
  return await workAfterAnswer(work, await work.record(uuid), work.clock.now());
}

/** The same work, whose statements are noted. */
function counted(work: MadeWork) {
  const statements: string[] = [];
  const database: MadeWork["database"] = {
    ...work.database,
    query: (text, values, limit) => {
      statements.push(text);
      return work.database.query(text, values, limit);
    },
  };
  return { statements, counting: { ...work, database } };
}

/** Moves the clock to the next try of the event's only run, and runs it. @returns how long that was */
async function runNextTry(work: MadeWork, uuid = "event-1"): Promise<number> {
  const [run] = await listRuns(work.database, [uuid]);
  const waitMs = (run?.nextTryAt?.getTime() ?? Number.NaN) - work.clock.now();
  await work.clock.advance(waitMs + 1);
  await runDueWork(work, { deadline: soon(work) });
  return waitMs;
}

describe("work after the answer", () => {
  it("runs each handler of an event once and notes it", async () => {
    const greet = recording({ name: "greet" });
    const count = recording({ name: "count" });
    const work = await workWith(greet.handler, count.handler);

    expect(await deliver(work)).toMatchObject({ done: 2, failed: 0 });

    expect(greet.handled).toEqual([{ uuid: "event-1", attempt: 1 }]);
    expect(count.handled).toEqual([{ uuid: "event-1", attempt: 1 }]);
    expect(await listRuns(work.database, ["event-1"])).toMatchObject([
      { handler: "count", state: "done", attempts: 1, lastError: null, nextTryAt: null },
      { handler: "greet", state: "done", attempts: 1, lastError: null, nextTryAt: null },
    ]);
  });

  it("takes two statements after the answer for one event with one handler, in an instance that is warm", async () => {
    const greet = recording();
    const work = await workWith(greet.handler);
    await deliver(work, "event-1");
    const { statements, counting } = counted(work);

    const delivery = await work.record("event-2");
    expect(await workAfterAnswer(counting, delivery, work.clock.now(), 12)).toMatchObject({
      done: 1,
      failed: 0,
    });

    expect(statements.map((text) => /[a-z_]+_runs/.exec(text)?.[0] ?? text)).toEqual([
      "queue_runs",
      "settle_runs",
    ]);
    expect(
      await work.sql(
        "select answer_ms, queued_at is not null as queued from deliveries order by id desc limit 1",
      ),
    ).toEqual([{ answer_ms: 12, queued: true }]);
  });

  it("takes two statements after the answer where no handler listens", async () => {
    const work = await workWith();
    await deliver(work, "event-1");
    const { statements, counting } = counted(work);

    await workAfterAnswer(counting, await work.record("event-2"), work.clock.now(), 12);

    expect(statements).toHaveLength(2);
  });

  it("runs no handler that does not listen to the event", async () => {
    const greet = recording();
    const work = await workWith(greet.handler);

    const delivery = await work.record(
      makeEvent("event-1", { eventType: "user.lifecycle.delete.completed" }),
    );
    await workAfterAnswer(work, delivery, work.clock.now());

    expect(greet.handled).toEqual([]);
    expect(await listRuns(work.database, ["event-1"])).toEqual([]);
  });

  it.for([
    ["90 days before it came runs its handlers", 90, {}, 1],
    ["longer ago runs none: its uuid may have been forgotten since, and the call be an old one", 91, {}, 0],
    [
      "longer ago runs them where it names nobody, as the sample data of a Preview",
      999,
      { actor: null, target: null },
      1,
    ],
  ] as const)("an event published %s", async ([, days, fields, runs]) => {
    const greet = recording();
    const work = await workWith(greet.handler);
    const published = new Date(work.clock.now() - days * 86_400_000).toISOString();

    const delivery = await work.record(makeEvent("event-1", { published, ...fields }), "event-2");
    await workAfterAnswer(work, delivery, work.clock.now());

    expect(greet.handled.filter(({ uuid }) => uuid === "event-1")).toHaveLength(runs);
    expect(greet.handled.filter(({ uuid }) => uuid === "event-2")).toHaveLength(1);
    expect(delivery.tooOldUuids).toEqual(runs === 0 ? ["event-1"] : []);
    await replay(work, "event-1");
    await runDueWork(work, { deadline: soon(work) });
    expect(greet.handled.filter(({ uuid }) => uuid === "event-1")).toHaveLength(runs + 1);
  });

  it("runs no handler again for a duplicate", async () => {
    const greet = recording();
    const work = await workWith(greet.handler);
    await deliver(work);

    expect(await deliver(work)).toMatchObject({ done: 0, failed: 0 });

    expect(greet.handled).toHaveLength(1);
  });

  it("gives a handler the event as it was sent, mended where it departs from Okta's documents", async () => {
    const seen: unknown[] = [];
    const handler = defineHandler({
      name: "look",
      on: "user.lifecycle.*",
      handle: (event) => {
        seen.push(event.version, event.debugContext?.debugData);
      },
    });
    const work = await workWith(handler);

    const delivery = await work.record(
      makeEvent("event-1", { version: 7, debugContext: { debugData: { odd: "\0 \ud800" } } }),
    );
    await workAfterAnswer(work, delivery, work.clock.now());

    expect(seen).toEqual(["7", { odd: "\0 \ud800" }]);
  });

  it("gives each handler an event of its own: what one does to it, the other does not see", async () => {
    const seen: (string | null | undefined)[] = [];
    const work = await workWith(
      ...["first", "second"].map((name) =>
        defineHandler({
          name,
          on: "user.lifecycle.create",
          handle(event) {
            seen.push(event.target?.[0]?.id);
            event.target?.splice(0);
          },
        }),
      ),
    );
    const event = { ...makeEvent("event-1"), target: [{ type: "User", id: "00u1" }] };

    await workAfterAnswer(work, await work.record(event), work.clock.now());

    expect(seen).toEqual(["00u1", "00u1"]);
  });

  it("works through a batch of hundreds, several at a time", async () => {
    let running = 0;
    let most = 0;
    const handler = defineHandler({
      name: "slow",
      on: "user.lifecycle.create",
      async handle() {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
    });
    const work = await workWith(handler);

    const delivery = await work.record(...Array.from({ length: 250 }, (_, index) => `event-${index}`));
    const done = await workAfterAnswer(work, delivery, work.clock.now());

    expect(done).toMatchObject({ done: 250, failed: 0 });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
  });

  it("begins no try that could not have its full time", async () => {
    const greet = recording();
    const work = await workWith(greet.handler);
    const delivery = await work.record("event-1");
    await queueEvents(work, delivery);

    await runDueWork(work, { deadline: work.clock.now() + greet.handler.timeoutMs - 1 });
    expect(greet.handled).toEqual([]);

    await runDueWork(work, { deadline: work.clock.now() + greet.handler.timeoutMs });
    expect(greet.handled).toHaveLength(1);
  });

  it("begins no try when the process was suspended after taking it: another may have run it meanwhile", async () => {
    const greet = recording();
    const work = await workWith(greet.handler);
    await queueEvents(work, await work.record("event-1"));
    let isFirst = true;
    const suspended = work.watching("settle_runs", {
      async after() {
        if (!isFirst) return;
        isFirst = false;
        await work.clock.advance(120_001);
        await workAfterAnswer(work, await work.record("event-2"), work.clock.now());
      },
    });

    await runDueWork(suspended, { deadline: soon(work) });

    expect(greet.handled.toSorted((a, b) => a.uuid.localeCompare(b.uuid))).toEqual([
      { uuid: "event-1", attempt: 2 },
      { uuid: "event-2", attempt: 1 },
    ]);
  });

  it("reports and goes on when the store fails", async () => {
    const work = await makeWork(await postgres.createDatabase(), [recording().handler]);
    opened.push(work);
    const delivery = await work.record("event-1");
    await work.sql("drop table runs cascade");

    expect(await workAfterAnswer(work, delivery, work.clock.now())).toMatchObject({ done: 0, failed: 0 });
    expect(work.reported("work-interrupted")).toMatchObject([{ error: expect.stringContaining("42P01") }]);
  });
});

describe("a handler that fails", () => {
  it("is tried again within the invocation when that is due in 10 s", async () => {
    const greet = recording({ failures: 1 });
    const work = await workWith(greet.handler);
    const before = work.clock.now();

    expect(await deliver(work)).toMatchObject({ done: 1, failed: 1 });

    expect(greet.handled.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(work.clock.now() - before).toBeGreaterThanOrEqual(5_000);
    expect(work.clock.now() - before).toBeLessThanOrEqual(10_000);
  });

  it("waits longer after each failure, then gives up and says why, once", async () => {
    const greet = recording({ failures: Number.POSITIVE_INFINITY, retries: 4 });
    const work = await workWith(greet.handler);
    await deliver(work);

    const waitsMs = [await runNextTry(work), await runNextTry(work), await runNextTry(work)];

    for (const [index, nominalMs] of [10_000, 20_000, 40_000].entries()) {
      expect(waitsMs[index]).toBeGreaterThanOrEqual(nominalMs);
      expect(waitsMs[index]).toBeLessThanOrEqual(2 * nominalMs);
    }
    const error = "Error: no answer from the mail server";
    expect(await listRuns(work.database, ["event-1"])).toMatchObject([
      { state: "dead", attempts: 5, lastError: error, nextTryAt: null },
    ]);
    expect((await countFailingRuns(work.database)).dead).toBe(1);
    expect(work.reported("dead-letter")).toEqual([
      {
        kind: "dead-letter",
        handler: "greet",
        uuid: "event-1",
        eventType: "user.lifecycle.create",
        attempts: 5,
        error,
      },
    ]);

    await work.clock.advance(30 * 86_400_000);
    expect(await runDueWork(work, { deadline: soon(work) })).toMatchObject({ done: 0, failed: 0 });
  });

  it("never makes another handler run again", async () => {
    const broken = recording({ name: "broken", failures: Number.POSITIVE_INFINITY });
    const greet = recording({ name: "greet" });
    const work = await workWith(broken.handler, greet.handler);

    await deliver(work);

    expect(broken.handled).toHaveLength(2);
    expect(greet.handled).toHaveLength(1);
  });

  it.for([
    ["NUL", "a\0b", "a\ufffdb"],
    ["a lone surrogate", "a\ud800b", "a\ufffdb"],
    ["a long text", "x".repeat(50_000), `${"x".repeat(1_990)}`],
  ])("is noted when its error has %s", async ([, message, kept]) => {
    const handler = defineHandler({
      name: "odd",
      on: "user.lifecycle.create",
      retries: 0,
      handle() {
        throw new Error(message);
      },
    });
    const work = await workWith(handler);

    await deliver(work);

    const [run] = await listRuns(work.database, ["event-1"]);
    expect(run?.state).toBe("dead");
    expect(run?.lastError).toContain(kept);
    expect(run?.lastError?.length).toBeLessThanOrEqual(2_000);
  });

  it("may throw anything", async () => {
    const unspeakable = {
      [Symbol.toPrimitive]() {
        throw new Error("not even its text can be had");
      },
    };
    const thrown: unknown[] = [null, undefined, "text", 1n, unspeakable, Object.create(null)];
    const handler = defineHandler({
      name: "odd",
      on: "user.lifecycle.create",
      retries: 0,
      handle({ uuid }) {
        throw thrown[Number(uuid)];
      },
    });
    const work = await workWith(handler);

    const delivery = await work.record(...thrown.map((_, index) => String(index)));
    await workAfterAnswer(work, delivery, work.clock.now());

    expect(work.reported("dead-letter")).toHaveLength(thrown.length);
  });
});

describe("a handler that hangs", () => {
  it("is aborted when its time is up, and tried again", async () => {
    const aborted: boolean[] = [];
    const handler = defineHandler({
      name: "hang",
      on: "user.lifecycle.create",
      retries: 1,
      timeoutMs: 3_000,
      handle(_, { signal, attempt }) {
        if (attempt === 2) return;
        setImmediate(() => work.clock.endLimits());
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            aborted.push(true);
            reject(signal.reason);
          });
        });
      },
    });
    const work = await workWith(handler);

    expect(await deliver(work)).toMatchObject({ done: 1, failed: 1 });

    expect(aborted).toEqual([true]);
    expect(work.reported("handler-failed")).toMatchObject([
      { error: "took longer than 3000 ms and was aborted" },
    ]);
  });

  it("does not hold up the others when it ignores the signal", async () => {
    const handler = defineHandler({
      name: "hang",
      on: "user.lifecycle.create",
      retries: 0,
      handle() {
        setImmediate(() => work.clock.endLimits());
        return new Promise(() => {});
      },
    });
    const greet = recording();
    const work = await workWith(handler, greet.handler);

    expect(await deliver(work)).toMatchObject({ done: 1, failed: 1 });
    expect(work.reported("dead-letter")).toMatchObject([{ handler: "hang", attempts: 1 }]);
  });
});

describe("a run that has nothing to run", () => {
  it("is handed back for a newer deploy, then a dead letter, when its handler is unknown", async () => {
    const work = await workWith(recording().handler);
    await queueEvents(work, await work.record("event-1"));
    const older: MadeWork = { ...work, handlers: [] };

    await runDueWork(older, { deadline: soon(work) });
    expect((await countFailingRuns(work.database)).dead).toBe(0);
    await runNextTry(older);
    await runNextTry(older);

    expect(work.reported("dead-letter")).toMatchObject([
      { handler: "greet", error: "no handler is named greet: it was removed or renamed" },
    ]);
  });

  it.for([
    ["its event is gone", "delete from events", "its event is not in the store any more"],
    [
      "its payload is gone",
      "update events set payload = null",
      "the payload of its event is past its retention",
    ],
  ])("is a dead letter at once when %s", async ([, sql = "", error]) => {
    const greet = recording();
    const work = await workWith(greet.handler);
    await queueEvents(work, await work.record("event-1"));
    await work.sql(sql);

    await runDueWork(work, { deadline: soon(work) });

    expect(greet.handled).toEqual([]);
    expect(work.reported("dead-letter")).toMatchObject([{ attempts: 1, error }]);
  });
});

describe("replay", () => {
  it("runs a dead letter again, with tries of its own", async () => {
    const greet = recording({ failures: 1, retries: 0 });
    const work = await workWith(greet.handler);
    await deliver(work);
    expect((await countFailingRuns(work.database)).dead).toBe(1);
    await work.clock.advance(60_000);

    expect(await replay(work, "event-1")).toMatchObject({ handlers: ["greet"], running: [] });
    expect((await countFailingRuns(work.database)).dead).toBe(0);
    await runDueWork(work, { deadline: soon(work) });

    expect(greet.handled).toEqual([
      { uuid: "event-1", attempt: 1 },
      { uuid: "event-1", attempt: 1 },
    ]);
    expect(await listRuns(work.database, ["event-1"])).toMatchObject([{ state: "done", lastError: null }]);
  });

  it("runs again what is done, but only the handler that is named", async () => {
    const greet = recording({ name: "greet" });
    const count = recording({ name: "count" });
    const work = await workWith(greet.handler, count.handler);
    await deliver(work);

    expect(await replay(work, "event-1", "count")).toMatchObject({ outcome: "queued", handlers: ["count"] });
    await runDueWork(work, { deadline: soon(work) });

    expect(greet.handled).toHaveLength(1);
    expect(count.handled).toHaveLength(2);
  });

  it("is one replay when it is asked for many times at once", async () => {
    const greet = recording();
    const work = await workWith(greet.handler);
    await deliver(work);

    await Promise.all(Array.from({ length: 10 }, () => replay(work, "event-1")));
    await runDueWork(work, { deadline: soon(work) });

    expect(greet.handled).toHaveLength(2);
  });

  it("brings forward a retry that waits", async () => {
    const greet = recording({ failures: 2 });
    const work = await workWith(greet.handler);
    await deliver(work);
    expect(greet.handled).toHaveLength(2);

    await replay(work, "event-1");
    expect(await runDueWork(work, { deadline: soon(work) })).toMatchObject({ done: 1, failed: 0 });
  });

  it("runs a handler that is newer than the event", async () => {
    const work = await workWith();
    await deliver(work);
    const greet = recording();
    const newer: MadeWork = { ...work, handlers: [greet.handler] };

    await replay(newer, "event-1");
    await runDueWork(newer, { deadline: soon(work) });

    expect(greet.handled).toEqual([{ uuid: "event-1", attempt: 1 }]);
  });

  it("leaves a run alone that is going on", async () => {
    const work = await workWith(recording().handler);
    await queueEvents(work, await work.record("event-1"));
    await work.take(1);

    expect(await replay(work, "event-1")).toEqual({
      outcome: "queued",
      handlers: [],
      running: ["greet"],
      withoutKey: [],
    });
  });

  it("does what it says though another replay is through in the meantime", async () => {
    const greet = recording();
    const work = await workWith(greet.handler);
    await deliver(work);
    const overtaken = work.watching("replay_runs", {
      async before() {
        await replay(work, "event-1");
        await runDueWork(work, { deadline: soon(work) });
      },
    });

    expect(await replay(overtaken, "event-1")).toMatchObject({ handlers: ["greet"] });
    await runDueWork(work, { deadline: soon(work) });

    expect(greet.handled).toHaveLength(3);
  });

  it("replays a dead letter that failed for the last time at that moment", async () => {
    const work = await workWith(recording({ retries: 0 }).handler);
    await queueEvents(work, await work.record("event-1"));
    const [run] = await work.take(1);
    if (!run) throw new Error("the run was not taken");
    const overtaken = work.watching("replay_runs", {
      before: () => work.settle({ run, outcome: "dead", error: "no answer", fingerprint: "1" }),
    });

    expect(await replay(overtaken, "event-1")).toMatchObject({ handlers: ["greet"], running: [] });

    expect((await countFailingRuns(work.database)).dead).toBe(0);
    expect(await runDueWork(work, { deadline: soon(work) })).toMatchObject({ done: 1 });
  });

  it("of all dead letters runs each once, though another replay of them is through in the meantime", async () => {
    const greet = recording({ failures: 1, retries: 0 });
    const work = await workWith(greet.handler);
    await deliver(work);
    const overtaken = work.watching("replay_runs", {
      async before() {
        await replayDeadLetters(work);
        await runDueWork(work, { deadline: soon(work) });
      },
    });

    expect(await replayDeadLetters(overtaken)).toMatchObject({ queued: 0 });
    await runDueWork(work, { deadline: soon(work) });

    expect(greet.handled).toHaveLength(2);
  });

  it("says what it cannot replay", async () => {
    const work = await workWith(recording().handler);
    await deliver(work);
    const eventType = "user.lifecycle.create";

    expect(await replay(work, "event-2")).toEqual({ outcome: "unknown-event" });
    expect(await replay(work, "event-1", "nobody")).toEqual({ outcome: "no-handler", eventType });
    await work.sql("update events set payload = null");
    expect(await replay(work, "event-1")).toEqual({ outcome: "payload-gone" });
  });

  it("of all dead letters leaves those that nobody can take", async () => {
    const greet = recording({ failures: 3, retries: 0 });
    const retired = recording({ name: "retired", failures: 9, retries: 0 });
    const work = await workWith(greet.handler, retired.handler);
    for (const uuid of ["event-1", "event-2", "event-3"]) await deliver(work, uuid);
    expect((await countFailingRuns(work.database)).dead).toBe(6);
    const now: MadeWork = { ...work, handlers: [greet.handler] };

    const left = [{ reason: "handler-gone", count: 3 }];
    expect(await replayDeadLetters(now)).toMatchObject({ queued: 3, left });
    expect(await runDueWork(now, { deadline: soon(work) })).toMatchObject({ done: 3, failed: 0 });

    expect((await countFailingRuns(work.database)).dead).toBe(3);
    expect(await replayDeadLetters(now)).toMatchObject({ queued: 0, left });
  });
});

describe("a discarded dead letter", () => {
  it("leaves the run in its event's history as discarded, and the run can be replayed from there", async () => {
    const greet = recording({ failures: 1, retries: 0 });
    const work = await workWith(greet.handler);
    await deliver(work);
    const failed = {
      handler: "greet",
      state: "discarded",
      attempts: 1,
      lastError: expect.stringContaining("no answer"),
    };

    expect(await discardDeadLetters(work.database, { runs: [{ uuid: "event-1" }] })).toBe(1);

    expect((await countFailingRuns(work.database)).dead).toBe(0);
    expect(await listRuns(work.database, ["event-1"])).toMatchObject([failed]);
    await work.clock.advance(60_000);
    expect(await replay(work, "event-1")).toMatchObject({ outcome: "queued", handlers: ["greet"] });
    await runDueWork(work, { deadline: soon(work) });
    expect(await listRuns(work.database, ["event-1"])).toMatchObject([{ state: "done" }]);
  });
});
