import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { withClient } from "../support/postgres.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { storedDeliveries, storedEvents } from "../support/read-store.ts";

/** A server of its own: it is stopped. */
let postgres: PostgresServer;
let url: string;

beforeAll(async () => {
  postgres = await startPostgresServer();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());

describe("a store that fails", () => {
  it("is unavailable while it is down, and records again when it is back", async () => {
    const database = await openNetlifyDatabase({ connectionString: url });
    const record = (uuid: string) =>
      recordDelivery(database, makeDelivery([makeEvent(uuid)]), { timeoutMs: 3_000 });

    expect(await record("before")).toMatchObject({ outcome: "recorded" });
    await postgres.stop();
    expect(await record("while-down")).toMatchObject({
      outcome: "unavailable",
      cause: { code: "ECONNREFUSED" },
    });
    await postgres.restart();
    expect(await record("while-down")).toMatchObject({ outcome: "recorded", newUuids: ["while-down"] });
    expect(await record("before")).toMatchObject({ outcome: "recorded", duplicateUuids: ["before"] });
    await database.close();
  });

  it("is unavailable when it takes the connection and says nothing", async () => {
    const silent = createServer(() => {});
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, "127.0.0.1", () => resolve(Number(Object(silent.address()).port)));
    });
    const database = await openNetlifyDatabase({
      connectionString: `postgres://nobody@127.0.0.1:${port}/none`,
    });

    const recorded = await recordDelivery(database, makeDelivery([makeEvent("event-1")]), { timeoutMs: 100 });

    expect(recorded).toMatchObject({ outcome: "unavailable", cause: { code: "TIMEOUT" } });
    silent.close();
  });

  it("leaves no half of a delivery when one of its events fails", async () => {
    const other = await postgres.createDatabase();
    await withClient(other, (client) =>
      client.query("alter table events add constraint planted check (uuid <> 'event-7')"),
    );
    const database = await openNetlifyDatabase({ connectionString: other });
    const events = Array.from({ length: 10 }, (_, index) => makeEvent(`event-${index}`));

    const recorded = await recordDelivery(database, makeDelivery(events), { timeoutMs: 3_000 });

    expect(recorded).toMatchObject({ outcome: "unavailable", cause: { code: "23514" } });
    expect(await storedEvents(other)).toEqual([]);
    expect(await storedDeliveries(other)).toEqual([]);
    await database.close();
  });

  it("is unavailable when it is too slow; recorded late, the retry is a duplicate and nothing is lost", async () => {
    const other = await postgres.createDatabase();
    const database = await openNetlifyDatabase({ connectionString: other });
    const delivery = makeDelivery([makeEvent("event-1")]);

    await withClient(other, async (client) => {
      await client.query("begin; lock table events in exclusive mode");
      const slow = await recordDelivery(database, delivery, { timeoutMs: 200 });
      expect(slow).toMatchObject({ outcome: "unavailable", cause: { code: "TIMEOUT" } });
      await client.query("commit");
    });
    const retry = await recordDelivery(database, delivery, { timeoutMs: 3_000 });

    expect(retry).toMatchObject({ outcome: "recorded" });
    expect(await storedEvents(other)).toMatchObject([{ uuid: "event-1" }]);
    const [{ delivery_id }] = await storedEvents(other);
    const first = (await storedDeliveries(other)).find(({ id }) => id === delivery_id);
    expect(first).toMatchObject({ queued_at: null });
    await database.close();
  });
});
