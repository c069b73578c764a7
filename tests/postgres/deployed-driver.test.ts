/** The driver of a deployed function, which `netlify dev` never uses: Neon, a statement as one HTTP call. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import { countFailingRuns } from "../../netlify/events/work/queue/failing-runs.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { settleRuns } from "../../netlify/events/work/queue/settle-runs.ts";
import { replay, replayDeadLetters } from "../../netlify/events/work/replay.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { neonStandIn } from "../support/neon-stand-in.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";
import { storedEvents } from "../support/read-store.ts";

const limit = { timeoutMs: 5_000 };
const connectionString = "postgres://somebody:secret@db.example/site";
let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.destroy());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

/** Opens the database as deployed. */
async function openDeployed(fetch: typeof globalThis.fetch) {
  vi.stubGlobal("fetch", fetch);
  vi.stubEnv("NETLIFY_DB_DRIVER", "serverless");
  return await openNetlifyDatabase({ connectionString });
}

describe("deployed, the database", () => {
  it("records a delivery in one call, exact text and all", async () => {
    const url = await postgres.createDatabase();
    const neon = neonStandIn(url);
    const database = await openDeployed(neon.fetch);
    const odd = `{"uuid":"odd","published":"2026-11-24T09:00:00Z","eventType":"a.b","actor":{"id":"\\u0000{\\"\\\\"},"n":1e400,"t":"Größe \u{1F600}"}`;

    const recorded = await recordDelivery(database, makeDelivery([makeEvent("event-1"), odd]), limit);
    const again = await recordDelivery(database, makeDelivery([odd]), limit);

    expect(recorded).toMatchObject({ outcome: "recorded", newUuids: ["event-1", "odd"] });
    expect(again).toMatchObject({ newUuids: [], duplicateUuids: ["odd"] });
    expect(neon.calls).toHaveLength(2);
    expect((await storedEvents(url)).find(({ uuid }) => uuid === "odd")?.payload).toBe(odd);
  });

  it("queues, runs, gives up, replays and sweeps, each statement a call of its own", async () => {
    const url = await postgres.createDatabase();
    const database = await openDeployed(neonStandIn(url).fetch);
    let broken = true;
    const on = "user.lifecycle.create";
    const greet = defineHandler({ name: "greet", on, handle: () => {} });
    const mail = defineHandler({
      name: "mail",
      on,
      retries: 0,
      handle() {
        if (broken) throw new Error("no answer from the mail server");
      },
    });
    const work = openWork(database, [greet, mail], { environment: () => undefined, report: () => {} });
    const states = async () =>
      (await listRuns(database, ["event-1"])).map(({ handler, state }) => [handler, state]);

    const recorded = await recordDelivery(database, makeDelivery([makeEvent("event-1")]), limit);
    if (recorded.outcome !== "recorded") throw recorded.cause;
    expect(await workAfterAnswer(work, recorded, Date.now())).toMatchObject({ done: 1, failed: 1 });
    expect(await states()).toEqual([
      ["greet", "done"],
      ["mail", "dead"],
    ]);
    expect((await countFailingRuns(database)).dead).toBe(1);

    broken = false;
    expect(await replayDeadLetters(work)).toMatchObject({ queued: 1, left: [] });
    expect(await replay(work, "event-1", "greet")).toMatchObject({ handlers: ["greet"] });
    await settleRuns(database, [], { take: 2 });
    await withClient(url, (client) =>
      client.query(
        "update runs set started_at = started_at - interval '1 hour', retries = 1 where state = 'running'",
      ),
    );
    const deadline = Date.now() + 50_000;
    expect(await sweep(work, { workDeadline: deadline, deadline, retentionDays: 30 })).toMatchObject({
      recovered: 2,
      done: 2,
    });
    expect(await states()).toEqual([
      ["greet", "done"],
      ["mail", "done"],
    ]);
  });

  it("tells a failure by its code alone, never with the statement's values", async () => {
    const neon = neonStandIn(await postgres.createDatabase());
    const database = await openDeployed(neon.fetch);

    const failure = await database
      .query("select $1::int", ["a person's secret"], limit)
      .catch((error) => error);

    expect(failure).toMatchObject({ name: "DatabaseError", code: "22P02" });
    expect(failure).not.toHaveProperty("cause");
    expect(String(failure)).not.toContain("secret");
  });

  it("gives up a call that is too slow, and lets go of it", async () => {
    let signal: AbortSignal | null | undefined;
    const database = await openDeployed((_, init) => {
      signal = init?.signal;
      return new Promise(() => {});
    });

    const recorded = await recordDelivery(database, makeDelivery([makeEvent("event-1")]), { timeoutMs: 50 });

    expect(recorded).toMatchObject({ outcome: "unavailable", cause: { code: "TIMEOUT" } });
    expect(signal?.aborted).toBe(true);
  });

  it("is unavailable when nobody answers at its address", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const database = await openDeployed(() =>
      Promise.reject(new TypeError("fetch failed", { cause: refused })),
    );

    const recorded = await recordDelivery(database, makeDelivery([makeEvent("event-1")]), limit);

    expect(recorded).toMatchObject({ outcome: "unavailable", cause: { code: "ECONNREFUSED" } });
  });
});
