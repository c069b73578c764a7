/** Recording against the engine that `netlify dev` embeds, over its socket. */
import { NetlifyDB } from "@netlify/database-dev";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrateDatabase, migrationsDirectory } from "../../netlify/database/migrate-database.ts";
import type { Database } from "../../netlify/events/database/database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordAnswerTime } from "../../netlify/events/record/record-answer-time.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { makeDelivery, makeEvent, makeLargeEvent } from "../support/deliveries.ts";

const engine = new NetlifyDB({ logger: () => {} });
let url: string;
let database: Database;

beforeAll(async () => {
  url = await engine.start();
  database = await openNetlifyDatabase({ connectionString: url });
}, 60_000);
afterAll(async () => {
  await database.close();
  await engine.stop();
});

describe("the embedded engine", { timeout: 60_000 }, () => {
  it("takes the migrations, once", async () => {
    expect(await migrateDatabase(url)).not.toEqual([]);
    expect(await engine.applyMigrations(migrationsDirectory)).toEqual([]);
  });

  it("keeps an event's exact text", async () => {
    const json = `{"uuid":"exact","published":"2026-11-24T09:00:00Z","eventType":"user.session.start","actor":{"id":"\\u0000\\ud800"},"debugContext":{"debugData":{"n":1e400,"m":12345678901234567890}}}`;

    await recordDelivery(database, makeDelivery([json]), { timeoutMs: 10_000 });

    const { rows } = await engine.query("select payload from events where uuid = 'exact'");
    expect(rows).toEqual([{ payload: json }]);
  });

  it("records twenty large deliveries that come at once, while other statements run", async () => {
    const instances = await Promise.all(
      Array.from({ length: 20 }, () => openNetlifyDatabase({ connectionString: url })),
    );
    const largeDelivery = (index: number) =>
      makeDelivery(
        Array.from({ length: 60 }, (_, event) => makeLargeEvent(`large-${index}-${event}`, 3_500)),
      );

    // A statement in between is what the engine mixes up a large one with; each instance has one before and one after.
    const outcomes = await Promise.all(
      instances.map(async (instance, index) => {
        await instance.query("select $1::int", [index], { timeoutMs: 30_000 });
        const recorded = await recordDelivery(instance, largeDelivery(index), { timeoutMs: 30_000 });
        if (recorded.outcome === "recorded") {
          await recordAnswerTime(instance, {
            deliveryId: recorded.deliveryId,
            answerMs: 1,
            timeoutMs: 30_000,
          });
        }
        return recorded.outcome;
      }),
    );

    expect(outcomes).toEqual(instances.map(() => "recorded"));
    const { rows } = await engine.query("select count(*)::int from events where uuid like 'large-%'");
    expect(rows).toEqual([{ count: 20 * 60 }]);
    await Promise.all(instances.map((instance) => instance.close()));
  });

  it("counts the same delivery sent twenty times as one", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        recordDelivery(database, makeDelivery([makeEvent("again")]), { timeoutMs: 30_000 }),
      ),
    );

    expect(
      outcomes.flatMap((recorded) => (recorded.outcome === "recorded" ? recorded.newUuids : [])),
    ).toEqual(["again"]);
  });
});
