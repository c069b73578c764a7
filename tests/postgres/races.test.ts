/** Deliveries that come at once, from many instances. What the embedded engine of `netlify dev` can not show. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import type { Delivery } from "../../netlify/hook/delivery.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { storedDeliveries, storedEvents } from "../support/read-store.ts";

/** A server of its own: it has 100 connections, no more. */
let postgres: PostgresServer;
let url: string;

beforeAll(async () => {
  postgres = await startPostgresServer({ settings: { max_connections: "100" } });
});
afterAll(() => postgres.destroy());
beforeEach(async () => {
  url = await postgres.createDatabase();
});

/** Records each delivery from an instance of its own, all at once. */
async function recordAtOnce(deliveries: readonly Delivery[], timeoutMs = 20_000) {
  const databases = await Promise.all(deliveries.map(() => openNetlifyDatabase({ connectionString: url })));
  const recording = deliveries.map(async (delivery, index) => {
    const database = databases[index];
    if (!database) throw new Error("each delivery has its database");
    return await recordDelivery(database, delivery, { timeoutMs });
  });
  const outcomes = await Promise.all(recording);
  await Promise.all(databases.map((database) => database.close()));
  return outcomes.map((recorded) => {
    if (recorded.outcome !== "recorded") throw recorded.cause;
    return recorded;
  });
}

describe("deliveries that come at once", () => {
  it("record the same delivery, sent 50 times, once", async () => {
    const events = Array.from({ length: 20 }, (_, index) => makeEvent(`event-${index}`));

    const outcomes = await recordAtOnce(Array.from({ length: 50 }, () => makeDelivery(events)));

    expect(outcomes.flatMap(({ newUuids }) => newUuids)).toHaveLength(20);
    expect(outcomes.flatMap(({ duplicateUuids }) => duplicateUuids)).toHaveLength(49 * 20);
    expect(await storedEvents(url)).toHaveLength(20);
    expect(await storedDeliveries(url)).toHaveLength(50);
  });

  it("do not end in a deadlock when they share events in different orders", async () => {
    const uuids = Array.from({ length: 100 }, (_, index) => `event-${index}`);
    const turned = (by: number) => [...uuids.slice(by), ...uuids.slice(0, by)].map((uuid) => makeEvent(uuid));

    const outcomes = await recordAtOnce(
      Array.from({ length: 40 }, (_, index) => makeDelivery(turned(index * 2))),
    );

    expect(outcomes.flatMap(({ newUuids }) => newUuids).sort()).toEqual(uuids.toSorted());
  });

  it("share a server's 100 connections, though 200 instances start at once", async () => {
    const deliveries = Array.from({ length: 200 }, (_, index) => makeDelivery([makeEvent(`event-${index}`)]));

    const outcomes = await recordAtOnce(deliveries);

    expect(outcomes.flatMap(({ newUuids }) => newUuids)).toHaveLength(200);
  });

  it("open one connection for an instance, however many come to it", async () => {
    const database = await openNetlifyDatabase({ connectionString: url });
    const deliveries = Array.from({ length: 30 }, (_, index) => makeDelivery([makeEvent(`event-${index}`)]));

    const recording = deliveries.map((delivery) => recordDelivery(database, delivery, { timeoutMs: 20_000 }));
    // Asked by one of them, since an idle connection is soon closed.
    const counting = database.query(
      "select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'",
      [],
      { timeoutMs: 20_000 },
    );
    await Promise.all(recording);

    expect((await counting).rows).toHaveLength(1);
    await database.close();
  });
});
