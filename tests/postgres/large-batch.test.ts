/** A large delivery on a slow database: it gets on, and stops nobody. On a real Postgres, with a clock that each statement moves. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { type MadeWork, makeWork } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const EVENTS = 10_000;
const STATEMENT_MS = 150;
/** An invocation lives 60 s at most (Netlify). */
const LIFE_MS = 60_000;

let postgres: Postgres;
let url: string;
let handled: string[];
/** Statements that queued runs. */
let queueings: number;

const handlers = Array.from({ length: 5 }, (_, index) =>
  defineHandler({
    name: `handler-${index}`,
    on: "user.lifecycle.create",
    handle: ({ uuid }) => void handled.push(uuid),
  }),
);

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());

let work: MadeWork;
beforeEach(async () => {
  handled = [];
  queueings = 0;
  work = await makeWork(url, handlers);
  return () => work.close();
});

const large = (events: number) => Array.from({ length: events }, (_, index) => `large-${index}`);

/** An instance whose statements take their time; it dies at one of them, where that is said. */
function instance({ diesAt = Number.POSITIVE_INFINITY } = {}): MadeWork {
  let statements = 0;
  return {
    ...work,
    lastLook: { at: null },
    database: {
      ...work.database,
      async query(text, values, limit) {
        statements += 1;
        if (statements >= diesAt) throw new Error("the process died here");
        if (text.includes("queue_runs")) queueings += 1;
        await work.clock.advance(STATEMENT_MS);
        return await work.database.query(text, values, limit);
      },
    },
  };
}

const countRuns = async () => (await work.sql("select from runs")).length;
const isQueued = async () => (await work.sql("select from deliveries where queued_at is null")).length === 0;

describe("a large delivery for five handlers, with 150 ms to a statement", () => {
  test("of 10,000 events is queued by its own invocation, which ends in time", async () => {
    const recorded = await work.record(...large(EVENTS));
    const arrivedAt = work.clock.now();

    const { complete } = await workAfterAnswer(instance(), recorded, arrivedAt);

    expect(await countRuns()).toBe(5 * EVENTS);
    expect(await isQueued()).toBe(true);
    expect(handled.length).toBeGreaterThan(0);
    expect(complete).toBe(false);
    expect(work.clock.now() - arrivedAt).toBeLessThan(LIFE_MS);
  });

  test("that was left behind is taken on where it was left, after the own events of each later delivery", async () => {
    const events = 3_000;
    const recorded = await work.record(...large(events));
    await workAfterAnswer(instance({ diesAt: 6 }), recorded, work.clock.now());
    const queuedBefore = await countRuns();
    expect(queuedBefore).toBeGreaterThan(0);
    expect(queuedBefore).toBeLessThan(5 * events);
    await work.clock.advance(LIFE_MS);

    let deliveries = 0;
    while (!(await isQueued())) {
      deliveries += 1;
      expect(deliveries).toBeLessThan(10);
      const uuid = `small-${deliveries}`;
      const small = await work.record(uuid);
      const arrivedAt = work.clock.now();
      handled = [];
      await workAfterAnswer(instance(), small, arrivedAt);

      expect(handled.slice(0, 5)).toEqual(handlers.map(() => uuid));
      expect(work.clock.now() - arrivedAt).toBeLessThan(LIFE_MS);
      await work.clock.advance(LIFE_MS);
    }

    expect(await countRuns()).toBe(5 * (events + deliveries));
    // Of 1,000 runs each; and again a part of what the first one did not live to note.
    const needed = (5 * events) / 1_000 + deliveries;
    expect(queueings).toBeGreaterThanOrEqual(needed);
    expect(queueings).toBeLessThanOrEqual(needed + 5);
  });
});
