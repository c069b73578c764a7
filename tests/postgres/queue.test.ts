import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DatabaseError } from "../../netlify/events/database/database-error.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { recoverLostRuns } from "../../netlify/events/work/queue/recover-lost-runs.ts";
import { reportDeadLetters } from "../../netlify/events/work/queue/report-dead-letters.ts";
import { queueDelivery, queueEvents } from "../../netlify/events/work/queue-events.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;
const opened: MadeWork[] = [];
let handled: string[] = [];

const greet = defineHandler({
  name: "greet",
  on: "user.lifecycle.create",
  handle({ uuid }) {
    handled.push(uuid);
  },
});

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterEach(async () => {
  handled = [];
  await Promise.all(opened.splice(0).map((work) => work.close()));
});
afterAll(() => postgres.destroy());

async function workOfItsOwn(): Promise<MadeWork> {
  const work = await makeWork(url, [greet]);
  opened.push(work);
  return work;
}

/** The same work in further instances of the function. */
async function instances(work: MadeWork, count: number): Promise<MadeWork[]> {
  const siblings = await Promise.all(Array.from({ length: count }, () => work.sibling()));
  opened.push(...siblings);
  return siblings;
}

describe("an event", () => {
  it("is handled once though its delivery comes fifty times at once", async () => {
    const work = await workOfItsOwn();

    const outcomes = await Promise.all(
      (await instances(work, 50)).map(async (instance) => {
        const recorded = await instance.record("event-1", "event-2");
        return await workAfterAnswer(instance, recorded, instance.clock.now());
      }),
    );

    expect(handled.toSorted()).toEqual(["event-1", "event-2"]);
    expect(outcomes.reduce((sum, { done }) => sum + done, 0)).toBe(2);
    expect(work.reported("work-interrupted")).toEqual([]);
  });

  it("is queued once though ten instances queue it at once", async () => {
    const work = await workOfItsOwn();
    const delivery = await work.record("event-1");

    const queued = await Promise.all(
      (await instances(work, 10)).map((instance) => queueEvents(instance, delivery)),
    );

    expect(queued.reduce((sum, { runs }) => sum + runs, 0)).toBe(1);
    await runDueWork(work, { deadline: soon(work) });
    expect(handled).toEqual(["event-1"]);
  });

  it("is run by one of ten instances that look for work at once", async () => {
    const work = await workOfItsOwn();
    const uuids = Array.from({ length: 40 }, (_, index) => `event-${index}`);
    await queueEvents(work, await work.record(...uuids));

    await Promise.all(
      (await instances(work, 10)).map((instance) => runDueWork(instance, { deadline: soon(work) })),
    );

    expect(handled.toSorted()).toEqual(uuids.toSorted());
  });
});

describe("a process that dies", () => {
  it("before it queued its delivery leaves it to a later one: an instance looks when it starts, then once a minute", async () => {
    const work = await workOfItsOwn();
    await work.record("event-1");

    await work.clock.advance(60_000);
    await workAfterAnswer(work, await work.record("event-2"), work.clock.now());
    await work.clock.advance(59_999);
    await workAfterAnswer(work, await work.record("event-3"), work.clock.now());
    expect(handled).toEqual(["event-2", "event-3"]);

    await work.clock.advance(1);
    await workAfterAnswer(work, await work.record("event-4"), work.clock.now());
    expect(handled.toSorted()).toEqual(["event-1", "event-2", "event-3", "event-4"]);
  });

  it("before it queued its delivery leaves it to the first delivery of an instance that starts a minute later", async () => {
    const work = await workOfItsOwn();
    await workAfterAnswer(work, await work.record("event-1"), work.clock.now());
    await work.record("event-2");

    await work.clock.advance(60_001);
    const [started] = await instances(work, 1);
    if (!started) throw new Error("no instance was started");
    await workAfterAnswer(started, await work.record("event-3"), work.clock.now());

    expect(handled.toSorted()).toEqual(["event-1", "event-2", "event-3"]);
  });

  it("looks again with its next delivery when a look failed", async () => {
    const work = await workOfItsOwn();
    await work.record("event-1");
    await work.clock.advance(60_001);
    const unlucky: MadeWork = {
      ...work,
      database: { ...work.database, query: () => Promise.reject(new DatabaseError("TIMEOUT")) },
    };
    await workAfterAnswer(unlucky, await work.record("event-2"), work.clock.now());
    expect(work.reported("work-interrupted")).toHaveLength(1);

    await workAfterAnswer(work, await work.record("event-3"), work.clock.now());

    expect(handled.toSorted()).toEqual(["event-1", "event-3"]);
  });

  it("before it answered leaves its delivery to Okta's retry, at once", async () => {
    const work = await workOfItsOwn();
    await work.record("event-1");

    const retried = await work.record("event-1");
    expect(retried.newUuids).toEqual([]);
    await workAfterAnswer(work, retried, work.clock.now());

    expect(handled).toEqual(["event-1"]);
  });

  it("between two statements of a large delivery does no harm", async () => {
    const work = await workOfItsOwn();
    const uuids = Array.from({ length: 1_050 }, (_, index) => `event-${index}`);
    const delivery = await work.record(...uuids);
    let statements = 0;
    const dying: MadeWork = {
      ...work,
      database: {
        ...work.database,
        query: (text, values, limit) => {
          statements += 1;
          if (statements === 2) return Promise.reject(new Error("the process died here"));
          return work.database.query(text, values, limit);
        },
      },
    };
    await expect(queueDelivery(dying, delivery, { take: 10, deadline: soon(work) })).rejects.toThrow(
      "the process died here",
    );
    await runDueWork(work, { deadline: soon(work) });
    // The ten that it had taken are nobody's until they expire.
    expect(handled).toHaveLength(990);

    await work.clock.advance(120_001);
    await recoverLostRuns(work);
    expect(await queueEvents(work)).toMatchObject({ deliveries: 1, runs: 50 });
    await work.clock.advance(10_000);
    await runDueWork(work, { deadline: soon(work) });
    expect(handled.toSorted()).toEqual(uuids.toSorted());
  });

  it("after it queued its delivery leaves the runs that it took to be recovered", async () => {
    const work = await workOfItsOwn();
    const { runs } = await queueDelivery(work, await work.record("event-1"), {
      take: 10,
      deadline: soon(work),
    });
    expect(runs).toMatchObject([{ uuid: "event-1", handler: "greet", tries: 1, failures: 0 }]);
    await runDueWork(work, { deadline: soon(work) });
    expect(handled).toEqual([]);

    await work.clock.advance(120_001);
    await workAfterAnswer(work, await work.record("event-2"), work.clock.now());

    expect(handled.toSorted()).toEqual(["event-1", "event-2"]);
  });

  it("during a handler leaves the run to be recovered when it has expired, and no sooner", async () => {
    const work = await workOfItsOwn();
    await queueEvents(work, await work.record("event-1"));
    await work.take(1);

    await work.clock.advance(120_000);
    expect(await recoverLostRuns(work)).toEqual([]);
    await work.clock.advance(1);
    expect(await recoverLostRuns(work)).toMatchObject([{ uuid: "event-1", handler: "greet", isDead: false }]);

    expect(await listRuns(work.database, ["event-1"])).toMatchObject([
      { state: "retrying", attempts: 1, lastError: "its process ended before it did" },
    ]);
    await work.clock.advance(10_000);
    await runDueWork(work, { deadline: soon(work) });
    expect(handled).toEqual(["event-1"]);
  });

  it("during a handler leaves the run to the next delivery too, which need not wait for the sweep", async () => {
    const work = await workOfItsOwn();
    await queueEvents(work, await work.record("event-1"));
    await work.take(1);

    await work.clock.advance(120_001);
    await workAfterAnswer(work, await work.record("event-2"), work.clock.now());

    expect(handled.toSorted()).toEqual(["event-1", "event-2"]);
  });

  it("during the last try of a handler makes a dead letter, which the next delivery tells of", async () => {
    const work = await workOfItsOwn();
    await queueEvents(work, await work.record("event-1"));
    await work.sql("update runs set retries = 0");
    await work.take(1);

    await work.clock.advance(120_001);
    await workAfterAnswer(work, await work.record("event-2"), work.clock.now());

    expect(work.reported("dead-letter")).toMatchObject([
      { uuid: "event-1", error: "its process ended before it did" },
    ]);
  });

  it.for(["done", "failed", "postponed", "dead"] as const)(
    "and comes back cannot end as %s what somebody else runs by now",
    async (outcome) => {
      const work = await workOfItsOwn();
      await queueEvents(work, await work.record("event-1"));
      const [stale] = await work.take(1);
      await work.clock.advance(120_001);
      await recoverLostRuns(work);
      await work.clock.advance(10_000);
      const [current] = await work.take(1);
      if (!stale || !current) throw new Error("the run was not taken twice");

      await work.settle({ run: stale, outcome, delayMs: 0, error: "too late", fingerprint: "1" });

      expect(await listRuns(work.database, ["event-1"])).toMatchObject([{ state: "running", attempts: 2 }]);
      await work.settle({ run: current, outcome: "done" });
      expect(await listRuns(work.database, ["event-1"])).toMatchObject([{ state: "done", attempts: 2 }]);
    },
  );

  it("before it told of a dead letter leaves that to the next, and it is told once", async () => {
    const work = await workOfItsOwn();
    await queueEvents(work, await work.record("event-1"));
    const [run] = await work.take(1);
    if (!run) throw new Error("the run was not taken");
    await work.settle({ run, outcome: "dead", error: "no use", fingerprint: "1" });

    await Promise.all((await instances(work, 5)).map((instance) => reportDeadLetters(instance)));

    expect(work.reported("dead-letter")).toMatchObject([{ uuid: "event-1", error: "no use" }]);
  });
});
