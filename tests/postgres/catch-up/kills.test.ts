import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { isStress } from "../../support/is-stress.ts";
import { killCatchUp } from "../../support/killed/kill-catch-up.ts";
import { startPostgres } from "../../support/postgres.ts";

/** A failed run is repeated with its seed: `KILL_SEED=… npx vitest run tests/postgres/catch-up/kills.test.ts`. */
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1_000_000));

const { events, kills, withinMs, pageSize } = isStress
  ? { events: 50_000, kills: 60, withinMs: 4_000, pageSize: 1_000 }
  : { events: 2_000, kills: 4, withinMs: 1_500, pageSize: 50 };

it(`${events} events behind, killed at random points, with one log request in ten failing: nothing is missing, nothing handled twice`, async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.destroy());
  const folder = await mkdtemp(join(tmpdir(), "okta-event-hooks-kills-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const result = await killCatchUp({
    url: await postgres.createDatabase(),
    triesFile: join(folder, "tries.jsonl"),
    seed,
    events,
    kills,
    withinMs,
    pageSize,
  });
  console.info(`seed ${seed}: ${JSON.stringify(result)}`);
  expect(result).toMatchObject({
    stored: events,
    missing: 0,
    unhandled: 0,
    handledAgain: 0,
    ledger: { inLog: events, fetched: events },
  });
  // Else the kills and the failures missed it and have shown little.
  expect(result.failedRequests).toBeGreaterThan(0);
  expect(result.sweeps).toBeGreaterThan(kills + 1);
}, 900_000);
