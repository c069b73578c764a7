import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../netlify/events/database/database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordAnswerTime } from "../../netlify/events/record/record-answer-time.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { makeDelivery, makeEvent, makeLargeEvent } from "../support/deliveries.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { readRows, storedDeliveries, storedEvents } from "../support/read-store.ts";

const limit = { timeoutMs: 5_000 };
let postgres: Postgres;
let url: string;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  database = await openNetlifyDatabase({ connectionString: url });
});
afterAll(async () => {
  await database.close();
  await postgres.destroy();
});
beforeEach(() => readRows(url, "truncate deliveries, events"));

describe("recording a delivery", () => {
  it("keeps the call, and of each event its text and what it is listed by", async () => {
    const json = JSON.stringify(makeEvent("event-1", { published: "2026-11-24T09:00:00.000Z" }));

    const recorded = await recordDelivery(database, makeDelivery([json]), limit);

    const [delivery] = await storedDeliveries(url);
    expect(recorded).toEqual({
      outcome: "recorded",
      deliveryId: delivery.id,
      newUuids: ["event-1"],
      duplicateUuids: [],
      tooOldUuids: [],
      newEvents: [
        {
          uuid: "event-1",
          eventType: "user.lifecycle.create",
          published: "2026-11-24T09:00:00.000Z",
          payload: json,
          event: JSON.parse(json),
          cause: "event",
          position: 0,
        },
      ],
    });
    expect(delivery).toMatchObject({
      received_at: new Date("2026-11-24T09:00:02.000Z"),
      event_id: "delivery-1",
      hook_id: "whoexample",
      origin: "okta",
      headers: '{"content-type":"application/json","authorization":"[redacted]"}',
      schema_deviations: null,
      unreadable: null,
      event_count: 1,
      new_count: 1,
      duplicate_uuids: [],
      answer_ms: null,
      queued_at: null,
    });
    expect(JSON.parse(delivery.envelope)).toMatchObject({ eventId: "delivery-1", data: { events: [] } });
    expect(await storedEvents(url)).toEqual([
      {
        uuid: "event-1",
        delivery_id: delivery.id,
        position: 0,
        published: new Date("2026-11-24T09:00:00.000Z"),
        received_at: new Date("2026-11-24T09:00:02.000Z"),
        event_type: "user.lifecycle.create",
        actor_id: "00uadmin",
        actor_login: "Admin@example.com",
        actor_name: "Ada Admin",
        target_id: "00unew",
        target_login: "new.user@example.com",
        target_name: "New User",
        outcome: "SUCCESS",
        severity: "INFO",
        schema_deviations: null,
        payload: json,
      },
    ]);
  });

  it("keeps Hookdeck's id, attempt and address of a delivery that came through it", async () => {
    const origin = {
      by: "hookdeck",
      eventId: "evt_1",
      attempt: 2,
      url: "https://dashboard.hookdeck.com/events/evt_1",
    } as const;

    await recordDelivery(database, makeDelivery([makeEvent("event-1")], { origin }), limit);

    expect(await storedDeliveries(url)).toMatchObject([
      {
        origin: "hookdeck",
        hookdeck_event_id: "evt_1",
        hookdeck_attempt: 2,
        hookdeck_url: "https://dashboard.hookdeck.com/events/evt_1",
      },
    ]);
  });

  it("keeps the first copy of an event that comes again, and counts the second", async () => {
    const first = await recordDelivery(
      database,
      makeDelivery([makeEvent("event-1", { severity: "INFO" })]),
      limit,
    );
    const second = await recordDelivery(
      database,
      makeDelivery([makeEvent("event-2"), makeEvent("event-1", { severity: "WARN" })]),
      limit,
    );

    expect(first).toMatchObject({ newUuids: ["event-1"], duplicateUuids: [] });
    expect(second).toMatchObject({ newUuids: ["event-2"], duplicateUuids: ["event-1"] });
    expect(await storedEvents(url)).toMatchObject([
      { uuid: "event-1", severity: "INFO" },
      { uuid: "event-2" },
    ]);
    expect(await storedDeliveries(url)).toMatchObject([
      { event_count: 1, new_count: 1, duplicate_uuids: [] },
      { event_count: 2, new_count: 1, duplicate_uuids: ["event-1"] },
    ]);
  });

  it("keeps the first copy of an event that is twice in its delivery", async () => {
    const recorded = await recordDelivery(
      database,
      makeDelivery([makeEvent("event-1", { severity: "INFO" }), makeEvent("event-1", { severity: "WARN" })]),
      limit,
    );

    expect(recorded).toMatchObject({ newUuids: ["event-1"], duplicateUuids: ["event-1"] });
    expect(await storedEvents(url)).toMatchObject([{ severity: "INFO", position: 0 }]);
    expect(await storedDeliveries(url)).toMatchObject([
      { event_count: 2, new_count: 1, duplicate_uuids: ["event-1"] },
    ]);
  });

  it("leaves nothing to queue for a delivery without a new event", async () => {
    await recordDelivery(database, makeDelivery([makeEvent("event-1")]), limit);
    await recordDelivery(database, makeDelivery([makeEvent("event-1")]), limit);
    await recordDelivery(database, makeDelivery([]), limit);

    const queuedAt = (await storedDeliveries(url)).map((delivery) => delivery.queued_at);
    expect(queuedAt).toEqual([null, expect.any(Date), expect.any(Date)]);
  });

  it("names new events in the delivery's order, whatever their uuids", async () => {
    const uuids = ["m", "a", "z", "k"];

    const recorded = await recordDelivery(
      database,
      makeDelivery(uuids.map((uuid) => makeEvent(uuid))),
      limit,
    );

    expect(recorded).toMatchObject({ newUuids: uuids });
  });

  it("takes a batch of 1,000 events", async () => {
    const events = Array.from({ length: 1000 }, (_, index) => makeLargeEvent(`event-${index}`, 3500));

    const recorded = await recordDelivery(database, makeDelivery(events), limit);

    expect(recorded.outcome === "recorded" && recorded.newUuids.length).toBe(1000);
    const stored = await storedEvents(url);
    expect(stored.map(({ payload }) => payload).sort()).toEqual(
      events.map((event) => JSON.stringify(event)).sort(),
    );
  });

  it("notes afterwards how long the answer took", async () => {
    const recorded = await recordDelivery(database, makeDelivery([makeEvent("event-1")]), limit);
    if (recorded.outcome !== "recorded") throw recorded.cause;

    await recordAnswerTime(database, { deliveryId: recorded.deliveryId, answerMs: 12.5, timeoutMs: 1_000 });

    expect(await storedDeliveries(url)).toMatchObject([{ answer_ms: 12.5 }]);
  });
});
