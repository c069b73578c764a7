import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { type SweepLimits, sweep } from "../../netlify/events/work/sweep.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { makeEvent } from "../support/deliveries.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const day = 86_400_000;
let postgres: Postgres;
let url: string;
let work: MadeWork;
let fails = false;

const greet = defineHandler({
  name: "greet",
  on: "user.lifecycle.create",
  retries: 0,
  handle() {
    if (fails) throw new Error("out of order");
  },
});

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  fails = false;
  work = await makeWork(url, [greet]);
});
afterEach(() => work.close());
afterAll(() => postgres.destroy());

async function deliver(...events: Parameters<MadeWork["record"]>) {
  return await workAfterAnswer(work, await work.record(...events), work.clock.now());
}

/** Sweeps `days` later, with 30 days of retention. */
async function sweepAfter(days: number, limits: Partial<SweepLimits> = {}) {
  await work.clock.advance(days * day);
  return await sweep(work, {
    workDeadline: soon(work),
    deadline: soon(work) + 1_000,
    retentionDays: 30,
    ...limits,
  });
}

const kept = () =>
  work.sql("select uuid, payload is not null as payload, actor_login, target_name from events order by uuid");
const count = async (table: string) =>
  Number((await work.sql<{ count: string }>(`select count(*) from ${table}`))[0]?.count);

describe("the retention", () => {
  it("lets nobody run an event's handlers again with its old call, forgotten or not", async () => {
    const runs = () => count("runs");
    const call = makeEvent("event-1", { published: new Date(work.clock.now()).toISOString() });
    await deliver(call);

    for (const days of [31, 58, 2, 30]) {
      await sweepAfter(days);
      await deliver(call);
      expect(await runs()).toBe(0);
    }
  });

  it("leaves alone what is not older than its days", async () => {
    await deliver("event-1");

    expect(await sweepAfter(30)).toMatchObject({ forgotten: 0 });

    expect(await kept()).toMatchObject([{ payload: true, actor_login: "Admin@example.com" }]);
    expect(await count("deliveries")).toBe(1);
  });

  it("takes payload, people's names, finished runs and the delivery; the uuid still counts as seen", async () => {
    await deliver("event-1");

    expect(await sweepAfter(31)).toMatchObject({ forgotten: 1 });

    expect(await kept()).toEqual([{ uuid: "event-1", payload: false, actor_login: null, target_name: null }]);
    expect(await count("deliveries")).toBe(0);
    expect(await count("runs")).toBe(0);
    expect(await work.record("event-1")).toMatchObject({ newUuids: [], duplicateUuids: ["event-1"] });
  });

  it("takes the uuid too ninety days after the event was published, as long as it may come again as new", async () => {
    await deliver(
      "event-1",
      makeEvent("event-2", { published: "2199-01-01T00:00:00Z" }),
      makeEvent("event-3", { published: "1999-01-01T00:00:00Z" }),
    );

    await sweepAfter(31);
    await sweepAfter(59);
    expect(await count("events")).toBe(3);
    await sweepAfter(1);
    expect(await kept()).toMatchObject([{ uuid: "event-2", payload: false }]);
  });

  it("keeps the uuid as long as payloads, where those are kept longer", async () => {
    await deliver("event-1");

    await sweepAfter(100, { retentionDays: 120 });
    expect(await kept()).toMatchObject([{ payload: true }]);
    await sweepAfter(21, { retentionDays: 120 });
    expect(await count("events")).toBe(0);
  });

  it("keeps an event with dead work whole, and reports it", async () => {
    fails = true;
    await deliver("event-1");
    fails = false;
    await deliver("event-2");

    expect(await sweepAfter(31)).toMatchObject({ forgotten: 1 });

    expect(await kept()).toMatchObject([
      { uuid: "event-1", payload: true, target_name: "New User" },
      { uuid: "event-2", payload: false },
    ]);
    expect(await count("deliveries")).toBe(1);
    expect(work.reported("kept-past-retention")).toEqual([
      { kind: "kept-past-retention", events: 1, examples: ["event-1"] },
    ]);
    await sweepAfter(100);
    expect(await kept()).toMatchObject([{ uuid: "event-1", payload: true }]);
  });

  it("keeps an event with unfinished work whole", async () => {
    await queueEvents(work, await work.record("event-1"));

    await sweepAfter(31, { workDeadline: 0 });

    expect(await kept()).toMatchObject([{ payload: true }]);
    expect(work.reported("kept-past-retention")).toHaveLength(1);
  });

  it("keeps what was recorded and never queued", async () => {
    await work.record("event-1");

    await sweepAfter(31, { workDeadline: 0 });

    expect(await kept()).toMatchObject([{ payload: true }]);
    expect(await count("deliveries")).toBe(1);
  });

  it("of a delivery takes what it may", async () => {
    await deliver("event-1", "event-2");
    await queueEvents(
      work,
      await work.record("event-3", makeEvent("event-4", { eventType: "group.lifecycle.create" })),
    );

    expect(await sweepAfter(31, { workDeadline: 0 })).toMatchObject({ forgotten: 3 });

    expect(await kept()).toMatchObject([
      { uuid: "event-1", payload: false },
      { uuid: "event-2", payload: false },
      { uuid: "event-3", payload: true },
      { uuid: "event-4", payload: false },
    ]);
    expect(await count("deliveries")).toBe(1);
  });

  it("goes on in slices until all of it is done", async () => {
    for (let batch = 0; batch < 3; batch += 1) {
      await deliver(
        ...Array.from({ length: 700 }, (_, index) => makeEvent(`${batch}-${index}`, { eventType: "x.y" })),
      );
    }

    expect(await sweepAfter(31)).toMatchObject({ forgotten: 2_100 });
    await sweepAfter(60);
    expect(await count("events")).toBe(0);
  });

  it("forgets nothing where the setting cannot be read", async () => {
    await deliver("event-1");

    expect(await sweepAfter(400, { retentionDays: null })).toMatchObject({ forgotten: 0 });
    expect(await kept()).toMatchObject([{ payload: true }]);
  });

  it("stops when its time is over", async () => {
    await deliver("event-1");

    expect(await sweepAfter(31, { deadline: 0 })).toMatchObject({ forgotten: 0 });
  });
});
