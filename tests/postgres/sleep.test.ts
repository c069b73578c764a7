import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { isStress } from "../support/is-stress.ts";
import { randomFrom } from "../support/killed/random.ts";
import { madeSite } from "../support/made-site.ts";
import { type MadeWork, makeWork } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

/** A failed simulation is repeated with its seed: `SLEEP_SEED=… npx vitest run tests/postgres/sleep.test.ts`. */
const seed = Number(process.env.SLEEP_SEED ?? Math.floor(Math.random() * 1_000_000));

type Random = (below: number) => number;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let postgres: Postgres;
let url: string;
let work: MadeWork;
let site: ReturnType<typeof madeSite>;
let failing: boolean;
/** How long a try takes, in milliseconds. */
let tryMs: number;
let handled: Map<string, number[]>;

const note = defineHandler({
  name: "note",
  on: "user.lifecycle.create",
  retries: 5,
  async handle({ uuid }) {
    if (failing) throw new Error("not now");
    if (tryMs > 0) await work.clock.advance(tryMs);
    handled.set(uuid, [...(handled.get(uuid) ?? []), work.clock.now()]);
  },
});

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  failing = false;
  tryMs = 0;
  handled = new Map();
  work = await makeWork(url, [note]);
  site = madeSite(work);
});
afterEach(() => work.close());
afterAll(() => postgres.destroy());

/** Sweeps every five minutes until a time. @returns the times of those that looked */
async function sweepUntil(atMs: number): Promise<number[]> {
  const looks: number[] = [];
  for (let at = site.nextSweep(); at <= atMs; at = site.nextSweep()) {
    await site.advanceTo(at);
    if (await site.sweep()) looks.push(at);
  }
  await site.advanceTo(atMs);
  return looks;
}

describe("the database of a site", () => {
  it("where nothing happens is woken at most once a day", async () => {
    const days = isStress ? 31 : 7;
    await sweepUntil(work.clock.now() + days * DAY_MS);

    expect(site.wakeUps()).toBeLessThanOrEqual(days);
    expect(site.wakeUps()).toBeGreaterThanOrEqual(days - 1);
  }, 60_000);

  it.for([
    { spread: "over the day", atOfDay: (random: Random) => random(8 * HOUR_MS) },
    {
      spread: "over five minutes of it",
      atOfDay: (random: Random) => random(5) * 90 * MINUTE_MS + random(MINUTE_MS),
    },
  ])(
    "with twenty deliveries each working day, spread $spread, is woken at most twice a day more than by them",
    { timeout: 60_000 },
    async ({ atOfDay }) => {
      console.info(`seed ${seed}`);
      const random = randomFrom(seed);
      const start = Math.ceil(work.clock.now() / DAY_MS) * DAY_MS;
      await sweepUntil(start);
      site.statements.length = 0;
      for (let day = 0; day < 5; day += 1) {
        const instance = site.openInstance();
        const times = Array.from({ length: 20 }, () => start + day * DAY_MS + 9 * HOUR_MS + atOfDay(random));
        for (const [index, at] of times.toSorted((a, b) => a - b).entries()) {
          await sweepUntil(at);
          await instance.deliver(`${seed}-${day}-${index}`);
        }
        await sweepUntil(start + (day + 1) * DAY_MS);
      }

      expect(handled.size).toBe(100);
      expect(site.wakeUps() - site.wakeUps("instance")).toBeLessThanOrEqual(2 * 5);
    },
  );

  it("is woken for a retry that is due in three hours within five minutes after, and not before", async () => {
    await sweepUntil(site.nextSweep());
    failing = true;
    await site.advanceTo(work.clock.now() + MINUTE_MS);
    await site.openInstance().deliver("event-1");
    failing = false;
    const dueAt = work.clock.now() + 3 * HOUR_MS;
    await work.sql("update runs set due_at = $1", [new Date(dueAt).toISOString()]);

    const looks = await sweepUntil(dueAt + 5 * HOUR_MS);

    const [ranAt = 0] = handled.get("event-1") ?? [];
    expect(ranAt).toBeGreaterThanOrEqual(dueAt);
    expect(ranAt).toBeLessThan(dueAt + 5 * MINUTE_MS);
    // The first finds out when the retry is due.
    expect(looks.filter((at) => at < dueAt)).toHaveLength(1);
    expect(looks.filter((at) => at >= dueAt)).toHaveLength(1);
  });

  it("is woken within five minutes after a replay whose process died", async () => {
    const instance = site.openInstance();
    await instance.deliver("event-1");
    await sweepUntil(work.clock.now() + 2 * HOUR_MS + 2 * MINUTE_MS);
    const begunAt = work.clock.now();
    // The marker, and three statements of the replay.
    await site.openInstance({ atCall: 4, carriedOut: true }).replay("event-1");
    expect(await listRuns(work.database, ["event-1"])).toMatchObject([{ state: "waiting" }]);

    await sweepUntil(site.nextSweep());

    expect(handled.get("event-1")?.[1]).toBeGreaterThan(begunAt);
  });

  it("is not woken after a replay that ran", async () => {
    const instance = site.openInstance();
    await instance.deliver("event-1");
    await sweepUntil(site.nextSweep());
    await instance.replay("event-1");

    expect(handled.get("event-1")).toHaveLength(2);
    expect(await sweepUntil(work.clock.now() + 4 * HOUR_MS)).toEqual([]);
  });
});

describe("a look that ran out of time", () => {
  it("is followed by another five minutes later, though no marker says that there is work", async () => {
    await sweepUntil(site.nextSweep());
    for (let delivery = 0; delivery < 12; delivery += 1) {
      // It dies with its answer, before its marker is written.
      await site.openInstance({ atCall: 2, carriedOut: false }).deliver(`event-${delivery}`);
    }
    // Ten at a time: the handlers have no time left, the retention has.
    tryMs = 2_200;
    const [daily = 0] = await sweepUntil(work.clock.now() + 24 * HOUR_MS);
    expect(handled.size).toBe(10);

    await sweepUntil(daily + 5 * MINUTE_MS);

    expect(handled.size).toBe(12);
    expect(await sweepUntil(daily + 10 * HOUR_MS)).toEqual([]);
  });
});

describe("processes that are killed at random points", () => {
  const kills = isStress ? 200 : 40;
  it(`lose nothing: ${kills} of them, and all is handled within ten minutes`, async () => {
    console.info(`seed ${seed}`);
    const random = randomFrom(seed);
    const unhandled = (uuids: readonly string[]) => uuids.filter((uuid) => !handled.has(uuid));
    const acknowledged: string[] = [];
    const marked: string[] = [];
    let sweepsKilled = 0;
    let leftToSweep = 0;
    await sweepUntil(site.nextSweep());

    // On until the kills have left something to the sweep: else they have shown little.
    const isEnough = () => leftToSweep > kills / 20;
    for (let kill = 0; kill < kills || (kill < 10 * kills && !isEnough()); kill += 1) {
      await site.advanceTo(work.clock.now() + random(70) * MINUTE_MS + random(MINUTE_MS));
      const instance = site.openInstance({ atCall: 1 + random(12), carriedOut: random(2) === 0 });
      for (let delivery = 0; delivery <= random(4); delivery += 1) {
        await site.advanceTo(work.clock.now() + random(4) * MINUTE_MS);
        const uuid = `${seed}-${kill}-${delivery}`;
        const came = await instance.deliver(uuid);
        if (came === "marked") marked.push(uuid);
        if (came !== "lost") acknowledged.push(uuid);
      }
      const left = unhandled(marked);
      leftToSweep += left.length;

      await site.advanceTo(site.nextSweep());
      if (random(8) === 0) {
        sweepsKilled += 1;
        await site.sweep({ atCall: 1 + random(12), carriedOut: random(2) === 0 });
        await site.advanceTo(site.nextSweep());
      }
      await site.sweep();
      // What was in somebody's hands at that moment, as far as the sweep knows, is found by the next.
      if (unhandled(left).length > 0) {
        await site.advanceTo(site.nextSweep());
        await site.sweep();
      }
      expect(unhandled(marked)).toEqual([]);
    }
    // One that died with its answer is found by the next delivery, or by the look of each day.
    await sweepUntil(work.clock.now() + DAY_MS);
    expect(unhandled(acknowledged)).toEqual([]);

    console.info(
      `${acknowledged.length} deliveries, ${leftToSweep} left to the sweep, ${sweepsKilled} sweeps killed`,
    );
    expect(isEnough()).toBe(true);
    expect(await work.sql("select event_uuid from runs where state <> 'done'")).toEqual([]);
  }, 180_000);
});
