/**
 * A newer version over the database of the one before. `store-of-previous-version.json` has the rows as version 0.1.0 left them
 * (its first three migrations, its own code): events done, queued, tried again and dead, one whose process died
 * while it ran, and one that was recorded and not queued.
 */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../netlify/base/clock.ts";
import { migrateDatabase, migrationsDirectory } from "../../netlify/database/migrate-database.ts";
import { openDatabase } from "../../netlify/events/database/database.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import { listHandlerRuns } from "../../netlify/events/work/queue/list-handler-runs.ts";
import { replayDead } from "../../netlify/events/work/replay.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { startPostgres } from "../support/postgres.ts";

const FIRST_MIGRATIONS = ["20261124090000_store", "20261124091000_queue", "20261124092000_inspector"];
const uuids = ["done", "retrying", "dead", "died-running", "queued", "left-behind"];

test("of the runs of the version before nothing is lost, and nothing that is done runs again", async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.destroy());
  const connectionString = await postgres.createDatabase({ migrated: false });
  await migrateDatabase(connectionString, await firstMigrations());
  await fill(connectionString);

  const applied = await migrateDatabase(connectionString);
  expect(applied).not.toContain(FIRST_MIGRATIONS[0]);

  const handled: string[] = [];
  const handler = (name: string) =>
    defineHandler({
      name,
      on: "user.lifecycle.create",
      handle: ({ uuid }) => void handled.push(`${name} ${uuid}`),
    });
  const database = await openDatabase({ connectionString });
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
  await database.query(
    "update pgboss.job set start_after = now() - interval '1 s' where state = 'retry'",
    [],
    {
      timeoutMs: 5_000,
    },
  );
  await sweepOnce();

  // `once` has one try, which a dead process had begun: nobody knows how far it came, so it is a dead letter.
  const due = ["greet dead", "greet retrying", "greet died-running"];
  for (const uuid of ["queued", "left-behind"]) due.push(`greet ${uuid}`, `once ${uuid}`);
  expect(handled.toSorted()).toEqual(due.toSorted());
  const runs = await listHandlerRuns(database, uuids);
  expect(runs).toHaveLength(uuids.length * 2);
  expect(runs.filter(({ state }) => state !== "done")).toMatchObject([
    { uuid: "dead", handler: "once", state: "dead", lastError: "Error: no answer from HR" },
    { uuid: "died-running", handler: "once", state: "dead" },
  ]);

  expect(await replayDead(work)).toEqual({ queued: 2, left: [] });
  await runDueWork(work, { deadline: systemClock.now() + 25_000 });
  expect(handled.toSorted()).toEqual([...due, "once dead", "once died-running"].toSorted());
});

/** A folder with the migrations that the version before had. */
async function firstMigrations(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "first-migrations-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const name of FIRST_MIGRATIONS) {
    await cp(join(migrationsDirectory, `${name}.sql`), join(directory, `${name}.sql`));
  }
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
      ["pgboss.job", store.jobs],
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
      `update pgboss.job set start_after = now() - interval '1 h', created_on = now() - interval '1 h',
         started_on = case when started_on is not null then now() - interval '1 h' end`,
    );
    await client.query("update deliveries set received_at = now() - interval '1 h'");
  } finally {
    await client.end();
  }
}
