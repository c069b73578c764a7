import { getConstructionPlans, PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "../../netlify/events/work/queue/queue.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";

let postgres: Postgres;
let boss: PgBoss;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase();
  boss = new PgBoss({
    db: { executeSql: (text, values) => withClient(url, (client) => client.query(text, values)) },
    migrate: false,
    supervise: false,
    schedule: false,
  });
});
afterAll(() => postgres.destroy());

describe("the queue's schema, as the migrations make it", () => {
  // When this fails, pg-boss has been updated: put what `npx pg-boss plans migrate` prints into a new migration.
  it("is the one that the installed pg-boss expects", async () => {
    const expected = /INSERT INTO pgboss\.version\(version\) VALUES \('(\d+)'\)/.exec(
      getConstructionPlans(),
    )?.[1];

    expect(String(await boss.schemaVersion())).toBe(expected);
    expect(await boss.detectSchemaDrift()).toMatchObject({
      ok: true,
      missing: [],
      mismatched: [],
      missingFunctions: [],
      mismatchedFunctions: [],
      extraIndexes: [{ name: "job_of_event" }],
    });
  });

  it("keeps jobs until this project's own retention takes them", async () => {
    const tenYears = 10 * 365 * 86_400;

    expect(await boss.getQueue(RUNS_QUEUE)).toMatchObject({
      retentionSeconds: tenYears,
      deleteAfterSeconds: 0,
      deadLetter: DEAD_LETTERS_QUEUE,
      retryBackoff: true,
    });
    expect(await boss.getQueue(DEAD_LETTERS_QUEUE)).toMatchObject({
      retentionSeconds: tenYears,
      deleteAfterSeconds: 0,
    });
  });
});
