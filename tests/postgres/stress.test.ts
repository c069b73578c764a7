/** The runs under load, with kills: see `stress-runs.ts`. To repeat a run that failed: `STRESS_SEED=… npx vitest run tests/postgres/stress.test.ts`. */
import { describe, expect, test } from "vitest";
import { isStress } from "../support/is-stress.ts";
import { judge } from "../support/stress/judge.ts";
import { faults } from "../support/stress/sabotage.ts";
import { type Stress, stressRuns } from "../support/stress/stress-runs.ts";

const seed = Number(process.env.STRESS_SEED ?? Math.floor(Math.random() * 100_000_000));

/** With a clock that goes thirty times as fast. */
const small: Stress = {
  seed,
  events: 300,
  keys: 15,
  hotShare: 0.2,
  troubleShare: 0.15,
  instances: 4,
  kills: 2,
  loadMs: 6_000,
  clockFactor: 30,
  drainMs: 120_000,
};

async function judgeStress(stress: Stress) {
  const verdict = judge(await stressRuns(stress));
  console.info(`seed ${seed}:`, JSON.stringify(verdict.figures));
  return verdict;
}

const what = "are each handled, in order or only the newest, and none again that is done";

describe("runs under load", () => {
  test.runIf(!isStress)(
    `${what}: four instances, two kills, one that freezes`,
    async () => {
      const { wrong, figures } = await judgeStress(small);

      expect(wrong).toEqual({});
      // Else it has shown little.
      expect(figures.late).toBeGreaterThan(0);
      expect(figures.superseded).toBeGreaterThan(0);
      expect(figures.replays).toBeGreaterThan(0);
    },
    300_000,
  );

  test.runIf(isStress)(
    `${what}: 1,000 keys, 40 kills, an instance that freezes for three minutes`,
    async () => {
      const { wrong, figures } = await judgeStress({
        ...small,
        events: 20_000,
        keys: 1_000,
        hotShare: 0,
        troubleShare: 0.1,
        kills: 40,
        loadMs: 200_000,
        clockFactor: 1,
        drainMs: 300_000,
      });

      expect(wrong).toEqual({});
      expect(figures.takenOver).toBeGreaterThan(0);
    },
    900_000,
  );

  test.runIf(isStress)(
    `${what}: 90 % of all events have one key`,
    async () => {
      const hot = {
        ...small,
        events: 8_000,
        keys: 1_000,
        hotShare: 0.9,
        troubleShare: 0.03,
        kills: 16,
        loadMs: 150_000,
      };
      const { wrong } = await judgeStress(hot);

      expect(wrong).toEqual({});
    },
    900_000,
  );

  test.runIf(isStress)(
    "that have other keys hardly wait longer beside a hot key",
    async () => {
      const load = { ...small, events: 3_000, keys: 1_000, troubleShare: 0, kills: 0, loadMs: 60_000 };
      const spread = await judgeStress({ ...load, hotShare: 0 });
      const hot = await judgeStress({ ...load, hotShare: 0.9 });

      expect(spread.wrong).toEqual({});
      expect(hot.wrong).toEqual({});
    },
    600_000,
  );

  test.runIf(isStress).each(faults)(
    "show it when $name",
    async ({ seenAs, sabotage }) => {
      const { wrong } = await judgeStress({
        ...small,
        events: 300,
        keys: 10,
        kills: 1,
        loadMs: 4_000,
        drainMs: 10_000,
        sabotage,
      });

      expect(Object.keys(wrong)).toContain(seenAs);
    },
    300_000,
  );
});
