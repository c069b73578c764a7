import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrateDatabase } from "../../netlify/database/migrate-database.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.destroy());

describe("the migrations", () => {
  it("make the tables in an empty database", async () => {
    const url = await postgres.createDatabase({ migrated: false });

    const applied = await migrateDatabase(url);

    expect(applied[0]).toMatch(/^\d{14}_store$/);
    await withClient(url, async (client) => {
      const { rows } = await client.query(
        "select table_name from information_schema.tables where table_schema = 'public' order by 1",
      );
      expect(rows.map((row) => row.table_name)).toEqual(["deliveries", "events", "rejections"]);
    });
  });

  it("do nothing to a database that has them", async () => {
    const url = await postgres.createDatabase();

    expect(await migrateDatabase(url)).toEqual([]);
  });
});
