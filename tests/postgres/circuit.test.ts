/** The circuit of a handler: an outage makes no dead letters, and what comes back is not run over. On a real Postgres. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findNextDue } from "../../netlify/events/work/queue/find-next-due.ts";
import { readHandlerHealth } from "../../netlify/events/work/queue/handler-health.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { replay } from "../../netlify/events/work/replay.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler, type Handler } from "../../netlify/handler-kit/define-handler.ts";
import { NonRetriableError, RetryAfterError } from "../../netlify/handler-kit/handler-error.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let postgres: Postgres;
let url: string;
let handled: string[];
/** What the handler throws; null: it succeeds. */
let thrown: ((uuid: string) => Error | null) | null;

const down = () => new Error("HR answered 503");
const on = "user.lifecycle.create";
const handle: Handler["handle"] = ({ uuid }) => {
  handled.push(uuid);
  const error = thrown?.(uuid);
  if (error) throw error;
};
const hr = defineHandler({ name: "hr", on, handle });
const stubborn = defineHandler({ name: "stubborn", on, circuit: false, handle });

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());

let work: MadeWork;
beforeEach(async () => {
  handled = [];
  thrown = down;
  work = await makeWork(url, [hr]);
  return () => work.close();
});

const uuids = (count: number, prefix = "event") =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, "0")}`);
const queue = async (...events: string[]) => await queueEvents(work, await work.record(...events));
const deliver = async (...events: string[]) =>
  await workAfterAnswer(work, await work.record(...events), work.clock.now());
const runDue = async () => await runDueWork(work, { deadline: soon(work), waitForRetryMs: 0 });
const state = async (name = "hr") => (await readHandlerHealth(work.database, [name])).get(name);
const count = async (state: string) => {
  const [row] = await work.sql<{ count: number }>(
    "select count(*)::int as count from runs where state = $1::run_state",
    [state],
  );
  return row?.count;
};
/** Failures until the circuit is open. */
async function open(): Promise<void> {
  await queue(...uuids(20, "first"));
  await runDue();
  expect((await state())?.circuitOpenedAt).not.toBeNull();
  handled = [];
}

describe("the circuit of a handler", () => {
  test("opens after 20 failures in a row; then new runs wait, and one line says so", async () => {
    await queue(...uuids(19));
    await runDue();
    expect(await state()).toMatchObject({ failures: 19, circuitOpenedAt: null });

    await queue("the-20th");
    await runDue();
    expect(await state()).toMatchObject({
      failures: 20,
      failingSince: new Date(work.clock.now()),
      circuitOpenedAt: new Date(work.clock.now()),
      nextProbeAt: new Date(work.clock.now() + 30 * SECOND),
    });
    expect(work.reported("handler-changed")).toMatchObject([
      { handler: "hr", change: "circuit-opened", failures: 20 },
    ]);

    await deliver("later");
    expect(handled).toHaveLength(20);
  });

  test("opens after 30 minutes of failures without a success", async () => {
    await queue("one");
    await runDue();
    await work.clock.advance(29 * MINUTE);
    await runDue();
    expect((await state())?.circuitOpenedAt).toBeNull();

    await work.clock.advance(MINUTE);
    await runDue();
    expect((await state())?.circuitOpenedAt).not.toBeNull();
  });

  test("stays closed where a success comes in between, and for what says nothing about the other side", async () => {
    await queue(...uuids(19));
    await runDue();
    thrown = null;
    await queue("well");
    await runDue();
    expect(await state()).toMatchObject({ failingSince: null, failures: 0 });

    thrown = () => new RetryAfterError("busy", 60);
    await queue(...uuids(15, "busy"));
    await runDue();
    thrown = () => new NonRetriableError("no such person");
    await queue(...uuids(15, "unknown"));
    await runDue();
    expect(await state()).toMatchObject({ failingSince: null, failures: 0 });
  });

  test("with `circuit: false` never opens", async () => {
    work = { ...work, handlers: [stubborn] };
    await queue(...uuids(40));
    await runDue();
    expect(await state("stubborn")).toMatchObject({ failures: 40, circuitOpenedAt: null });
  });

  test("is probed by one run at a time: after 30 s, then twice as long each time, an hour at most", async () => {
    await open();
    await queue(...uuids(50));
    const began = work.clock.now();
    const probes: number[] = [];
    for (let hours = 0; hours < 6; ) {
      const next = (await findNextDue(work.database, 60_000)) ?? Number.NaN;
      await work.clock.advance(next - work.clock.now());
      await runDue();
      expect(handled).toHaveLength(probes.length + 1);
      probes.push(work.clock.now() - began);
      hours = (work.clock.now() - began) / HOUR;
    }

    const waits = probes.map((at, index) => (at - (probes[index - 1] ?? 0)) / SECOND);
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600, 3_600]);
    // The least probed first: none twice while others were not probed.
    expect(new Set(handled).size).toBe(handled.length);
    expect(await count("dead")).toBe(0);
  });

  test("is probed by ten instances at once with one run", async () => {
    await open();
    await work.clock.advance(30 * SECOND);
    const instances = await Promise.all(Array.from({ length: 10 }, () => work.sibling()));

    const taken = await Promise.all(instances.map((instance) => instance.take(10)));

    expect(taken.flat()).toHaveLength(1);
    await work.clock.advance(60 * SECOND);
    // The first probe still runs: there is no second one beside it.
    expect(await work.take(10)).toEqual([]);
    await Promise.all(instances.map((instance) => instance.close()));
  });

  test("is probed by a delivery when the last probe is 10 minutes old, with what was never tried", async () => {
    await open();
    for (const wait of [30, 60, 120, 240, 480, 960]) {
      await work.clock.advance(wait * SECOND);
      await runDue();
    }
    handled = [];
    await work.clock.advance(10 * MINUTE - 1);
    await deliver("early");
    expect(handled).toEqual([]);

    await work.clock.advance(1);
    thrown = null;
    await deliver("at-last");

    expect(handled[0]).toBe("early");
    expect((await state())?.circuitOpenedAt ?? null).toBeNull();
  });

  test("is closed by the first success; then ten runs at a time, across all instances, until the backlog is through", async () => {
    await open();
    await queue(...uuids(100));
    await work.clock.advance(30 * SECOND);
    thrown = null;
    const [probe] = await work.take(10);
    if (!probe) throw new Error("nothing probes");
    await work.settle({ run: probe, outcome: "done" });
    expect(await state()).toMatchObject({ circuitOpenedAt: null, isCatchingUp: true });

    const instances = await Promise.all(Array.from({ length: 5 }, () => work.sibling()));
    const taken = (await Promise.all(instances.map((instance) => instance.take(10)))).flat();
    expect(taken).toHaveLength(10);
    await deliver("new");
    expect(handled).toEqual([]);

    for (const run of taken) await work.settle({ run, outcome: "done" });
    await Promise.all(
      instances.map((instance) => runDueWork(instance, { deadline: soon(work), waitForRetryMs: 0 })),
    );
    await work.clock.advance(MINUTE);
    await runDue();
    expect(await count("waiting")).toBe(0);
    expect(await state()).toMatchObject({ failingSince: null, failures: 0 });
    await Promise.all(instances.map((instance) => instance.close()));
  });

  test("is probed at once after a replay", async () => {
    await open();
    await queue("stuck");
    thrown = null;

    await replay(work, "stuck");
    await runDue();

    expect(handled[0]).toBe("stuck");
    expect((await state())?.circuitOpenedAt ?? null).toBeNull();
  });
});

describe("an outage", () => {
  test("of a day leaves no dead letter", async () => {
    const end = work.clock.now() + 24 * HOUR;
    for (let hour = 0; work.clock.now() < end; hour += 1) {
      await queue(...uuids(20, `hour-${hour}`));
      const until = Math.min(work.clock.now() + HOUR, end);
      for (;;) {
        await runDue();
        const next = (await findNextDue(work.database, 60_000)) ?? until;
        if (next >= until) break;
        await work.clock.advance(Math.max(SECOND, next - work.clock.now()));
      }
      await work.clock.advance(Math.max(0, until - work.clock.now()));
    }
    expect(await count("dead")).toBe(0);
    // The calls of a day: twenty before it opens, then the probes.
    expect(handled.length).toBeLessThan(60);

    thrown = null;
    await work.clock.advance(HOUR);
    await runDue();
    expect(await count("done")).toBe(480);
  }, 60_000);

  test("does not keep a run that has been failing for three days", async () => {
    await queue("poison");
    await runDue();
    for (let hour = 0; hour < 71; hour += 1) {
      await work.clock.advance(HOUR);
      await runDue();
    }
    expect(await count("dead")).toBe(0);

    await work.clock.advance(HOUR);
    await runDue();
    expect(await count("dead")).toBe(1);
  });

  test("of one handler does not touch the others", async () => {
    const greeted: string[] = [];
    const greet = defineHandler({ name: "greet", on, handle: ({ uuid }) => void greeted.push(uuid) });
    work = { ...work, handlers: [hr, greet] };
    await queue(...uuids(40));
    await runDue();

    expect(greeted).toHaveLength(40);
    expect(await state("greet")).toMatchObject({ failingSince: null, circuitOpenedAt: null });
  });
});
