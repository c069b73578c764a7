/**
 * A newer version over the database of the one before. `store-of-previous-version.json` has the rows as a version with the baseline
 * alone leaves them: events done, queued, held, tried again and dead, one whose process died while it ran, and one that was recorded
 * and not queued.
 */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../netlify/base/clock.ts";
import { migrateDatabase, migrationsDirectory } from "../../netlify/database/migrate-database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { replayDeadLetters } from "../../netlify/events/work/replay.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { startPostgres } from "../support/postgres.ts";

const BASELINE = "20261201000000_baseline";
const uuids = ["done", "retrying", "dead", "died-running", "queued", "held", "left-behind"];

test("of the runs of the version before nothing is lost, and nothing that is done runs again", async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.destroy());
  const connectionString = await postgres.createDatabase({ migrated: false });
  await migrateDatabase(connectionString, await baselineAlone());
  await fill(connectionString);

  const applied = await migrateDatabase(connectionString);
  expect(applied).not.toContain(BASELINE);

  const handled: string[] = [];
  const handler = (name: string) =>
    defineHandler({
      name,
      on: "user.lifecycle.create",
      handle: ({ uuid }) => void handled.push(`${name} ${uuid}`),
    });
  const database = await openNetlifyDatabase({ connectionString });
  onTestFinished(() => database.close());
  const work = openWork(database, [handler("greet"), handler("once")], {
    environment: () => undefined,
    report: () => {},
  });
  const sweepOnce = () => {
    const deadline = systemClock.now() + 25_000;
    return sweep(work, { workDeadline: deadline, deadline, retentionDays: null });
  };
  await sweepOnce();
  // What a dead process had in hand is due a moment after it was found.
  await database.query("update runs set due_at = now() - interval '1 s' where state = 'waiting'", [], {
    timeoutMs: 5_000,
  });
  await sweepOnce();

  // `once` has one try, which a dead process had begun: nobody knows how far it came, so it is a dead letter.
  const due = ["greet dead", "greet retrying", "greet held", "greet died-running"];
  for (const uuid of ["queued", "left-behind"]) due.push(`greet ${uuid}`, `once ${uuid}`);
  expect(handled.toSorted()).toEqual(due.toSorted());
  const runs = await listRuns(database, uuids);
  expect(runs).toHaveLength(uuids.length * 2);
  expect(runs.filter(({ state }) => state !== "done")).toMatchObject([
    { uuid: "dead", handler: "once", state: "dead", lastError: "Error: no answer from HR" },
    { uuid: "died-running", handler: "once", state: "dead" },
  ]);

  expect(await replayDeadLetters(work)).toMatchObject({ queued: 2, left: [] });
  await runDueWork(work, { deadline: systemClock.now() + 25_000 });
  expect(handled.toSorted()).toEqual([...due, "once dead", "once died-running"].toSorted());
});

/** A folder with the migration that the version before had. */
async function baselineAlone(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "baseline-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await cp(join(migrationsDirectory, `${BASELINE}.sql`), join(directory, `${BASELINE}.sql`));
  return directory;
}

/** Puts its rows in, as if they had been written an hour ago. */
async function fill(connectionString: string): Promise<void> {
  const file = new URL("../support/store-of-previous-version.json", import.meta.url);
  const store: Readonly<Record<string, Record<string, unknown>[]>> = JSON.parse(await readFile(file, "utf8"));
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const [table, rows = []] of [
      ["deliveries", store.deliveries],
      ["events", store.events],
      ["runs", store.runs],
    ] as const) {
      for (const row of rows) {
        const columns = Object.keys(row).join(", ");
        await client.query(
          `insert into ${table} (${columns}) overriding system value
           select ${columns} from json_populate_record(null::${table}, $1::json)`,
          [JSON.stringify(row)],
        );
      }
    }
    await client.query(
      `update runs set due_at = now() - interval '1 h', queued_at = now() - interval '1 h',
         started_at = case when started_at is not null then now() - interval '1 h' end`,
    );
    await client.query("update deliveries set received_at = now() - interval '1 h'");
  } finally {
    await client.end();
  }
}
