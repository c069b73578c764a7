import { beforeEach, describe, expect, it } from "vitest";
import { listMarkers, writeMarker } from "../../netlify/blob-cache/dirty-markers.ts";
import { planSweep } from "../../netlify/sweep/sweep-schedule.ts";
import { madeBlobCache } from "../support/made-blob-cache.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const start = Date.parse("2026-11-24T10:00:00.000Z");

let values: Map<string, string>;
let cache: ReturnType<typeof madeBlobCache>;

beforeEach(() => {
  values = new Map();
  cache = madeBlobCache(values);
});

const clean = { isClean: true, nextDueAt: null, isUpkeepDone: true, alertKey: "nowhere" } as const;

/** A sweep at a time that looks, if it has to. @returns what it had to do */
async function sweepAt(
  nowMs: number,
  result: Parameters<Awaited<ReturnType<typeof planSweep>>["finish"]>[0] = clean,
) {
  const { hourly, daily, work, begin, finish } = await planSweep(cache, nowMs);
  if (hourly || work) {
    await begin();
    await finish(result);
  }
  return { hourly, daily, work };
}

const nothing = { hourly: false, daily: false, work: false };
const everything = { hourly: true, daily: true, work: true };

describe("a sweep", () => {
  it("does everything where nothing is known", async () => {
    expect(await sweepAt(start)).toEqual(everything);
  });

  it("has something to do once an hour, and looks into the database once a day, though it comes a minute early", async () => {
    await sweepAt(start);
    const busy: number[] = [];
    const looks: number[] = [];
    for (let minute = 5; minute <= 24 * 60; minute += 5) {
      const at = start + (minute - (minute % 60 === 0 ? 1 : 0)) * MINUTE_MS;
      const { hourly, work } = await sweepAt(at);
      if (hourly) busy.push(minute);
      if (work) looks.push(minute);
    }

    expect(busy).toEqual(Array.from({ length: 24 }, (_, hour) => (hour + 1) * 60));
    expect(looks).toEqual([24 * 60]);
  });

  it("looks when something is due, and not before", async () => {
    await sweepAt(start, { ...clean, nextDueAt: start + 7 * MINUTE_MS });

    expect(await sweepAt(start + 5 * MINUTE_MS)).toEqual(nothing);
    expect(await sweepAt(start + 10 * MINUTE_MS)).toEqual({ ...nothing, work: true });
  });

  it("looks again after one that died, or did not come to everything", async () => {
    await sweepAt(start);
    await writeMarker(cache, start + 3 * MINUTE_MS).written;
    await (await planSweep(cache, start + 5 * MINUTE_MS)).begin();
    for (const { key } of (await listMarkers(cache)) ?? []) await cache.remove(key);

    expect(await sweepAt(start + 10 * MINUTE_MS, { ...clean, isClean: false })).toEqual({
      ...nothing,
      work: true,
    });
    expect(await sweepAt(start + 15 * MINUTE_MS)).toEqual({ ...nothing, work: true });
    expect(await sweepAt(start + 20 * MINUTE_MS)).toEqual(nothing);
  });

  it("takes its upkeep up again with the next hour where it was not done", async () => {
    await sweepAt(start, { ...clean, isUpkeepDone: false });

    expect(await sweepAt(start + 5 * MINUTE_MS)).toEqual(nothing);
    expect(await sweepAt(start + 60 * MINUTE_MS)).toEqual(everything);
  });

  it("takes times of a clock that was ahead for missing", async () => {
    await sweepAt(start + 30 * DAY_MS);

    expect(await sweepAt(start)).toEqual(everything);
    expect(await sweepAt(start + 5 * MINUTE_MS)).toEqual(nothing);
  });

  it("looks where the markers cannot be read", async () => {
    await sweepAt(start);
    const unreadable = { ...cache, list: async () => undefined };

    expect(await planSweep(unreadable, start + 5 * MINUTE_MS)).toMatchObject({ work: true });
  });
});

describe("a dirty marker", () => {
  beforeEach(async () => {
    await sweepAt(start);
  });

  it("has the next sweep look, and is gone with a clean look after its call is over", async () => {
    await writeMarker(cache, start + 1 * MINUTE_MS).end(false);

    expect(await sweepAt(start + 5 * MINUTE_MS)).toEqual({ ...nothing, work: true });
    expect(await listMarkers(cache)).toEqual([]);
  });

  it("outlives a look that began while its call may have gone on", async () => {
    await writeMarker(cache, start + 4 * MINUTE_MS).written;

    expect(await sweepAt(start + 5 * MINUTE_MS)).toEqual({ ...nothing, work: true });
    expect(await listMarkers(cache)).toHaveLength(1);
    expect(await sweepAt(start + 10 * MINUTE_MS)).toEqual({ ...nothing, work: true });
    expect(await listMarkers(cache)).toEqual([]);
  });

  it("outlives a look that was not clean, or could not be written down", async () => {
    await writeMarker(cache, start).end(false);
    await sweepAt(start + 5 * MINUTE_MS, { ...clean, isClean: false });
    expect(await listMarkers(cache)).toHaveLength(1);

    const plan = await planSweep({ ...cache, write: async () => false }, start + 10 * MINUTE_MS);
    await plan.finish(clean);

    expect(await listMarkers(cache)).toHaveLength(1);
    expect(await planSweep(cache, start + 15 * MINUTE_MS)).toMatchObject({ work: true });
  });

  it("is one of thousands after an hour without a database: some hundreds are gone with each sweep", async () => {
    for (let call = 0; call < 1_200; call += 1) await writeMarker(cache, start).written;
    let sweeps = 0;
    for (let at = start + 5 * MINUTE_MS; ((await listMarkers(cache)) ?? []).length > 0; at += 5 * MINUTE_MS) {
      await sweepAt(at);
      sweeps += 1;
    }

    expect(sweeps).toBe(3);
  });

  it("of a clock that is wrong by days is gone with the first clean look", async () => {
    await writeMarker(cache, start + 30 * DAY_MS).end(false);
    await writeMarker(cache, start - 30 * DAY_MS).end(false);

    expect(await sweepAt(start + 5 * MINUTE_MS)).toEqual({ ...nothing, work: true });
    expect(await sweepAt(start + 10 * MINUTE_MS)).toEqual(nothing);
  });
});
