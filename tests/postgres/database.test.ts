import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());

describe("the database", () => {
  it("gives a statement's rows", async () => {
    const database = await openNetlifyDatabase({ connectionString: url });

    const { rows } = await database.query("select $1::int + 1 as sum", [41], { timeoutMs: 2000 });

    expect(rows).toEqual([{ sum: 42 }]);
    await database.close();
  });

  it("gives up a statement that is too slow, and answers the next at once", async () => {
    const database = await openNetlifyDatabase({ connectionString: url });

    const slow = database.query("select pg_sleep(20)", [], { timeoutMs: 50 });

    await expect(slow).rejects.toMatchObject({ name: "DatabaseError", code: "TIMEOUT" });
    await expect(database.query("select 1 as one", [], { timeoutMs: 2000 })).resolves.toEqual({
      rows: [{ one: 1 }],
    });
    await database.close();
  });

  it("tells a failure by its code alone, never with the statement's values", async () => {
    const database = await openNetlifyDatabase({ connectionString: url });

    const failure = await database
      .query("select $1::int", ["a person's secret"], { timeoutMs: 2000 })
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: "DatabaseError", code: "22P02" });
    expect(failure).not.toHaveProperty("cause");
    expect(String(failure)).not.toContain("secret");
    await database.close();
  });
});
