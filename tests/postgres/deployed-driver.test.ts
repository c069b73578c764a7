/** The driver of a deployed function, which `netlify dev` never uses: Neon, a statement as one HTTP call. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openDatabase } from "../../netlify/events/database.ts";
import { recordDelivery } from "../../netlify/events/record-delivery.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { neonStandIn } from "../support/neon-stand-in.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
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
  return await openDatabase({ connectionString });
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
