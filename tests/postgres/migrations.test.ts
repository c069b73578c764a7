import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { migrateDatabase, migrationsDirectory } from "../../netlify/database/migrate-database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";
import { storedEvents } from "../support/read-store.ts";

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.destroy());

describe("the migrations", () => {
  it("make the tables in an empty database", async () => {
    const url = await postgres.createDatabase({ migrated: false });

    const applied = await migrateDatabase(url);

    expect(applied[0]).toMatch(/^\d{14}_baseline$/);
    await withClient(url, async (client) => {
      const { rows } = await client.query(
        "select table_name from information_schema.tables where table_schema = 'public' order by 1",
      );
      expect(rows.map((row) => row.table_name)).toEqual(
        expect.arrayContaining(["deliveries", "events", "rejections"]),
      );
    });
  });

  it("leave what is stored as it is, when later ones come to a filled database", async () => {
    const url = await postgres.createDatabase({ migrated: false });
    const firstOnly = await mkdtemp(join(tmpdir(), "migrations-"));
    onTestFinished(() => rm(firstOnly, { recursive: true }));
    const [first = "", ...later] = (await readdir(migrationsDirectory)).sort();
    await cp(join(migrationsDirectory, first), join(firstOnly, first));
    await migrateDatabase(url, firstOnly);
    const database = await openNetlifyDatabase({ connectionString: url });
    const events = Array.from({ length: 500 }, (_, index) => makeEvent(`event-${index}`));
    await recordDelivery(database, makeDelivery(events), { timeoutMs: 5_000 });
    await database.close();
    const before = await storedEvents(url);

    const applied = await migrateDatabase(url);

    expect(applied.map((name) => `${name}.sql`)).toEqual(later);
    expect(before).toHaveLength(500);
    expect(await storedEvents(url)).toEqual(before);
  });

  it("refuse a database that was made before the first release, and leave it as it is", async () => {
    const url = await postgres.createDatabase({ migrated: false });
    await withClient(url, (client) =>
      client.query(
        `create schema netlify; create table netlify.migrations (name text);
         insert into netlify.migrations values ('20261124090000_store');
         create schema pgboss; create table pgboss.job (id uuid); create table deliveries (id bigint)`,
      ),
    );

    await expect(migrateDatabase(url)).rejects.toThrow(
      "it was made before the first release, and cannot be taken over",
    );

    await withClient(url, async (client) => {
      const { rows } = await client.query("select name from netlify.migrations");
      expect(rows).toEqual([{ name: "20261124090000_store" }]);
    });
  });

  it("do nothing to a database that has them", async () => {
    const url = await postgres.createDatabase();

    expect(await migrateDatabase(url)).toEqual([]);
  });
});
