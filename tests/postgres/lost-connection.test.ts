import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());

/** Ends every other connection to the database as soon as one of them runs a statement, as a restart does. */
async function breakConnections(): Promise<void> {
  await withClient(url, async (client) => {
    let ended = 0;
    while (ended === 0) {
      const { rowCount } = await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid()",
      );
      ended = rowCount ?? 0;
    }
  });
}

describe("a connection that breaks off during a statement", () => {
  it("fails that statement, ends no process, and is replaced for the next", async () => {
    const database = await openNetlifyDatabase({ connectionString: url });

    // The second waits for the first one's connection, and is given it at the moment when it breaks off.
    const first = database.query("select pg_sleep(20)", [], { timeoutMs: 20_000 });
    const second = database.query("select 2 as two", [], { timeoutMs: 20_000 });
    // An `error` event that nobody listens for would fail this run as an unhandled error.
    const outcomes = Promise.allSettled([first, second]);
    await breakConnections();
    expect((await outcomes)[0]).toMatchObject({ status: "rejected", reason: { name: "DatabaseError" } });

    const { rows } = await database.query("select 1 as one", [], { timeoutMs: 5_000 });
    expect(rows).toEqual([{ one: 1 }]);
    await database.close();
  });
});
