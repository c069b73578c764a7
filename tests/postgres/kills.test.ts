import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NetlifyDB } from "@netlify/database-dev";
import { afterEach, describe, expect, it, vi } from "vitest";
import { migrateDatabase } from "../../netlify/database/migrate-database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { isStress } from "../support/is-stress.ts";
import { handlers } from "../support/killed/handlers.ts";
import { type Killed, killInstances } from "../support/killed/kill-instances.ts";
import { startPostgresServer } from "../support/postgres-server.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A failed run is repeated with its seed: `KILL_SEED=… npx vitest run tests/postgres/kills.test.ts`. */
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1_000_000));

async function triesFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "okta-event-hooks-kills-"));
  cleanups.push(() => rm(folder, { recursive: true }));
  return join(folder, "tries.jsonl");
}

/** The clock of the runs goes sixty times as fast: a lease is over after two seconds, and a first retry is due at once. */
async function hurry(url: string): Promise<void> {
  const database = await openNetlifyDatabase({ connectionString: url });
  await database.query(
    `create or replace function runs_now() returns timestamptz language sql stable as
       'select timestamptz ''2026-11-24'' + 60 * (now() - timestamptz ''2026-11-24'')'`,
    [],
    { timeoutMs: 5_000 },
  );
  await database.close();
}

/** After the last kill: the hour goes by, the sweep comes, and everything is looked at. */
async function expectNothingLost(url: string, file: string, killed: Killed[]): Promise<number> {
  const acknowledged = killed.flatMap((each) => each.acknowledged);
  const statuses = killed.map((each) => each.statuses);
  process.env.TRIES_FILE = file;
  const database = await openNetlifyDatabase({ connectionString: url });
  cleanups.push(() => database.close());
  const sql = async <Row>(text: string, values: unknown[] = []) =>
    (await database.query<Row>(text, values, { timeoutMs: 20_000 })).rows;
  await sql("update deliveries set received_at = received_at - interval '1 hour'");
  await sql("update runs set started_at = started_at - interval '1 hour' where state = 'running'");

  const work = openWork(database, handlers, { environment: () => undefined, report: () => {} });
  const deadline = Date.now() + 40_000;
  const swept = await sweep(work, { workDeadline: deadline, deadline, retentionDays: null });

  console.info(
    `seed ${seed}: ${acknowledged.length} events acknowledged, answers ${JSON.stringify(statuses)}, sweep ${JSON.stringify(swept)}`,
  );
  expect(acknowledged.length).toBeGreaterThan(0);
  const unfinished = await sql("select event_uuid, state from runs where state <> 'done'");
  expect(unfinished).toEqual([]);
  const waiting = await sql("select id from deliveries where queued_at is null");
  expect(waiting).toEqual([]);
  const stored = new Set((await sql<{ uuid: string }>("select uuid from events")).map(({ uuid }) => uuid));
  expect(acknowledged.filter((uuid) => !stored.has(uuid))).toEqual([]);

  const lines = (await readFile(file, "utf8")).trim().split("\n");
  const tries = Map.groupBy(
    lines.map((line): { uuid: string; at: number } => JSON.parse(line)),
    ({ uuid }) => uuid,
  );
  const completed = new Map(
    (await listRuns(database, [...stored])).map(({ uuid, endedAt }) => [uuid, endedAt?.getTime() ?? 0]),
  );
  expect([...stored].filter((uuid) => !tries.has(uuid) || !completed.has(uuid))).toEqual([]);
  const triedAfterwards = [...tries].filter(([uuid, each]) =>
    each.some(({ at }) => at > (completed.get(uuid) ?? 0)),
  );
  expect(triedAfterwards).toEqual([]);
  // Tries that died in the middle and came again.
  return [...tries].filter(([uuid, each]) => each.length > (uuid.endsWith("7") ? 2 : 1)).length;
}

/** For each of two instances that are there at the same time. */
const KILLS = isStress ? 26 : 4;
const RESTART_EVERY = isStress ? 8 : 2;

describe("an instance that is killed", () => {
  it(`${2 * KILLS} times under load, at random points, with the database restarted in between, loses nothing`, async () => {
    // A server of its own: it is restarted.
    const postgres = await startPostgresServer();
    cleanups.push(() => postgres.destroy());
    const url = await postgres.createDatabase();
    const file = await triesFile();
    await hurry(url);

    const lane = (number: number) =>
      killInstances({
        url,
        triesFile: file,
        seed: seed + number,
        kills: KILLS,
        deliveriesEach: 12,
        withinMs: 800,
        beforeStart: async (kill) => {
          if (number === 0 && kill > 0 && kill % RESTART_EVERY === 0) await postgres.restart();
        },
      });
    const lanes = await Promise.all([lane(0), lane(1)]);

    // Else the kills missed the handlers and have shown little.
    expect(await expectNothingLost(url, file, lanes.flat())).toBeGreaterThan(0);
  }, 600_000);

  it("loses nothing on the embedded engine of `netlify dev` either", async () => {
    // The engine prints each connection that breaks off.
    const print = vi.spyOn(console, "error").mockReturnValue();
    cleanups.push(async () => print.mockRestore());
    const engine = new NetlifyDB({ logger: () => {} });
    const url = await engine.start();
    cleanups.push(() => engine.stop());
    await migrateDatabase(url);
    const file = await triesFile();
    await hurry(url);

    const killed = await killInstances({
      url,
      triesFile: file,
      seed,
      kills: isStress ? 6 : 2,
      deliveriesEach: 3,
      withinMs: 1_500,
    });

    await expectNothingLost(url, file, [killed]);
  }, 180_000);
});
