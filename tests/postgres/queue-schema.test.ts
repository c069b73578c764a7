import { randomUUID } from "node:crypto";
import { getConstructionPlans, PgBoss } from "pg-boss";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../netlify/events/database/database.ts";
import { openQueue, type Queue } from "../../netlify/events/work/queue/queue.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "../../netlify/events/work/queue/queue-names.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;
let boss: PgBoss;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  boss = new PgBoss({
    db: { executeSql: (text, values) => withClient(url, (client) => client.query(text, values)) },
    migrate: false,
    supervise: false,
    schedule: false,
  });
});
afterAll(() => postgres.destroy());

const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await withClient(url, (client) => client.query(text, values))).rows;

describe("the queue's schema, as the migrations make it", () => {
  // When this fails, pg-boss has been updated: put what `npx pg-boss plans migrate` prints into a new migration.
  it("is the one that the installed pg-boss expects", async () => {
    const expected = /INSERT INTO pgboss\.version\(version\) VALUES \('(\d+)'\)/.exec(
      getConstructionPlans(),
    )?.[1];

    expect(String(await boss.schemaVersion())).toBe(expected);
    const { extraIndexes, ...drift } = await boss.detectSchemaDrift();
    expect(drift).toMatchObject({
      ok: true,
      missing: [],
      mismatched: [],
      missingFunctions: [],
      mismatchedFunctions: [],
    });
    expect(extraIndexes.map(({ name }) => name).toSorted()).toEqual([
      "job_of_event",
      "runs_of_paused_handlers",
    ]);
  });

  it("has the queues in the table that our own functions write to", async () => {
    const rows = await sql("select name, table_name, policy, notify from pgboss.queue order by name");

    expect(rows).toEqual([
      { name: DEAD_LETTERS_QUEUE, table_name: "job_common", policy: "standard", notify: false },
      { name: RUNS_QUEUE, table_name: "job_common", policy: "standard", notify: false },
    ]);
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

/** What our functions do to a job has to be what the installed pg-boss does: it fails and counts them by that. */
describe("the functions that take pg-boss's place", () => {
  const uuid = "event-1";
  const run = { uuid, eventType: "user.lifecycle.create", handler: "greet", retries: 3 };
  const data = { uuid, eventType: run.eventType, handler: run.handler };
  let database: Database;
  let queue: Queue;

  beforeAll(async () => {
    database = await openDatabase({ connectionString: url });
    queue = openQueue(database);
  });
  afterAll(() => database.close());
  beforeEach(() => sql("truncate pgboss.job"));

  /** All columns of a job, but those in which two jobs differ in any case. Times become whether there is one. */
  async function job(id: string) {
    const [row] = await sql("select * from pgboss.job where id = $1", [id]);
    return Object.fromEntries(
      Object.entries(row ?? {}).map(([name, value]) => [
        name,
        name === "id" ? "the job" : value instanceof Date ? "a time" : value,
      ]),
    );
  }
  const ours = (options: { take?: number } = {}) => {
    const id = randomUUID();
    return queue.add([{ ...run, id }], options).then(() => id);
  };
  const theirs = async () => {
    const id = randomUUID();
    await boss.insert(RUNS_QUEUE, [{ id, data, singletonKey: uuid, retryLimit: run.retries }]);
    return id;
  };
  const take = async (limit = 1) => (await queue.take(limit))[0];
  const fetch = async () => (await boss.fetch(RUNS_QUEUE, { includeMetadata: true }))[0];

  it("add as insert does", async () => {
    expect(await job(await ours())).toEqual(await job(await theirs()));
  });

  it("take as fetch does, a first time and after a failure", async () => {
    const [ourId, theirId] = [await ours(), await theirs()];
    for (const retryCount of [0, 1]) {
      const both = [await take(), await fetch()];
      expect(both.map((taken) => taken?.id).toSorted()).toEqual([ourId, theirId].toSorted());
      const { state, retry_count } = await job(ourId);
      expect({ state, retry_count }).toEqual({ state: "active", retry_count: retryCount });
      expect(await job(ourId)).toEqual(await job(theirId));
      await boss.fail(RUNS_QUEUE, [ourId, theirId], { message: "no answer" });
      await sql("update pgboss.job set start_after = now() where state = 'retry'");
    }
  });

  it("add what is taken at once as insert and fetch together do", async () => {
    const taken = await job(await ours({ take: 1 }));
    const theirId = await theirs();
    await fetch();

    expect(taken).toEqual(await job(theirId));
  });

  it("complete as complete does", async () => {
    const ourId = await ours({ take: 1 });
    const [ourRun] = [{ ...run, id: ourId, attempt: 1, last: false }];
    const theirId = await theirs();
    const fetched = await fetch();
    if (fetched === undefined) throw new Error("pg-boss fetched nothing");

    await queue.complete([ourRun]);
    await boss.complete(RUNS_QUEUE, fetched);

    expect(await job(ourId)).toEqual(await job(theirId));
  });

  it("add no id twice, and take nothing that was there", async () => {
    const id = randomUUID();
    const first = await queue.add([{ ...run, id }], { take: 1 });
    const second = await queue.add([{ ...run, id }], { take: 1 });

    expect([first.taken.length, first.added]).toEqual([1, [id]]);
    expect([second.taken, second.added]).toEqual([[], []]);
  });

  it("take the oldest first, none that is not due, and none twice", async () => {
    const ids = [await ours(), await ours(), await ours()];
    await sql("update pgboss.job set start_after = now() + interval '1 hour' where id = $1", [ids[0]]);

    expect([(await take())?.id, (await take())?.id, await take()]).toEqual([ids[1], ids[2], undefined]);
  });
});
