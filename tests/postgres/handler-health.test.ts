/** How each handler does, from its runs. On a real Postgres. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readHandlerHealth } from "../../netlify/events/work/queue/handler-health.ts";
import { pauseHandler } from "../../netlify/events/work/queue/pause-handler.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { NonRetriableError } from "../../netlify/handler-kit/handler-error.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let postgres: Postgres;
let url: string;
let work: MadeWork;
/** What the handler does with an event. */
let handle: (uuid: string) => unknown;

const hr = defineHandler({ name: "hr", on: "user.lifecycle.create", handle: ({ uuid }) => handle(uuid) });

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());
beforeEach(async () => {
  handle = () => {};
  work = await makeWork(url, [hr]);
  return () => work.close();
});

const run = async (...uuids: string[]) => {
  if (uuids.length > 0) await queueEvents(work, await work.record(...uuids));
  await runDueWork(work, { deadline: soon(work), waitForRetryMs: 0 });
};
const health = async (name = "hr") => (await readHandlerHealth(work.database, ["hr"])).get(name);
const now = () => new Date(work.clock.now());

describe("the health of a handler", () => {
  test("is all null and zero where nothing has come", async () => {
    expect(await health()).toEqual({
      pausedAt: null,
      failingSince: null,
      failures: 0,
      circuitOpenedAt: null,
      nextProbeAt: null,
      isCatchingUp: false,
      runs: { waiting: 0, retrying: 0, dead: 0 },
      oldestWaitingSince: null,
      lastRuns: { ended: 0, succeeded: 0, p95Ms: null },
      lastSuccessAt: null,
      lastFailure: null,
    });
  });

  test("tells how many of its last runs succeeded, and how long they took", async () => {
    let took = 0;
    handle = async (uuid) => {
      took += 1;
      // Of twenty one takes a minute.
      if (took === 1) await work.clock.advance(60 * SECOND);
      if (uuid === "bad") throw new NonRetriableError("no such person");
    };
    for (let count = 0; count < 39; count += 1) await run(`good-${count}`);
    await run("bad");

    expect(await health()).toMatchObject({
      runs: { waiting: 0, retrying: 0, dead: 1 },
      lastRuns: { ended: 40, succeeded: 39, p95Ms: 0 },
      lastSuccessAt: now(),
      lastFailure: { at: now(), error: expect.stringContaining("no such person") },
    });
  });

  test("counts of a day, and of the last 1,000 runs", async () => {
    await run("yesterday");
    await work.clock.advance(24 * HOUR);
    expect(await health()).toMatchObject({
      lastRuns: { ended: 0, succeeded: 0, p95Ms: null },
      lastSuccessAt: new Date(work.clock.now() - 24 * HOUR),
    });

    await work.sql(
      `insert into runs (event_uuid, handler, event_type, state, published, queued_at, due_at, started_at, ended_at, retries, cause)
       select 'dead-' || n, 'hr', 'user.lifecycle.create', 'dead', at, at, at, at, at, 10, 'event'
       from generate_series(1, 900) as n, runs_now() as at`,
    );
    await work.sql(
      `insert into runs (event_uuid, handler, event_type, state, published, queued_at, due_at, started_at, ended_at, retries, cause)
       select 'done-' || n, 'hr', 'user.lifecycle.create', 'done', at, at, at, at, at + interval '2 s', 10, 'event'
       from generate_series(1, 600) as n, runs_now() as at`,
    );
    expect((await health())?.lastRuns).toEqual({ ended: 1_000, succeeded: 600, p95Ms: 2_000 });
  });

  test("in an outage tells since when, what waits, and the last error", async () => {
    await run("well");
    const wellAt = now();
    await work.clock.advance(HOUR);
    handle = () => {
      throw new Error("HR answered 503");
    };
    const brokeAt = now();
    await run(...Array.from({ length: 20 }, (_, index) => `event-${index}`));
    await work.clock.advance(10 * SECOND);
    await run("waits");

    const its = await health();
    expect(its).toMatchObject({
      failingSince: brokeAt,
      failures: 20,
      circuitOpenedAt: brokeAt,
      nextProbeAt: new Date(brokeAt.getTime() + 30 * SECOND),
      runs: { waiting: 1, retrying: 20, dead: 0 },
      lastRuns: { ended: 1, succeeded: 1 },
      lastSuccessAt: wellAt,
      lastFailure: { at: brokeAt, error: expect.stringContaining("HR answered 503") },
    });
    expect(its?.oldestWaitingSince).not.toBeNull();
  });

  test("still tells the last failure where the next try succeeded", async () => {
    handle = () => {
      throw new Error("HR answered 503");
    };
    await run("one");
    const failedAt = now();
    handle = () => {};
    await work.clock.advance(HOUR);
    await run();

    expect(await health()).toMatchObject({
      failingSince: null,
      lastRuns: { ended: 1, succeeded: 1 },
      lastSuccessAt: now(),
      lastFailure: { at: failedAt, error: expect.stringContaining("HR answered 503") },
    });
  });

  test("is told of one that is paused, and of one that is gone and left runs behind", async () => {
    await pauseHandler(work.database, "gone", now());
    await work.sql("insert into handlers (name) values ('other')");
    await work.sql(
      `insert into runs (event_uuid, handler, event_type, state, published, queued_at, due_at, retries, cause)
       values ('one', 'renamed', 'user.lifecycle.create', 'waiting', runs_now(), runs_now(), runs_now(), 10, 'event')`,
    );

    expect(await health("gone")).toMatchObject({ pausedAt: now() });
    expect(await health("renamed")).toMatchObject({
      runs: { waiting: 1, retrying: 0, dead: 0 },
      oldestWaitingSince: now(),
    });
  });
});
