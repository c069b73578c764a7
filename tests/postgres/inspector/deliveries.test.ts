/** The inspector's API over a real store. Deliveries, as the inspector tells them. */
import { describe, expect, it } from "vitest";
import * as contract from "../../../netlify/api/contract.ts";
import { instanceDatabase } from "../../../netlify/events/database/instance-database.ts";
import { noteAnswerTime } from "../../../netlify/events/record/note-answer-time.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { ask, receivedAt, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";

useInspectorStore();

describe("a delivery", () => {
  it("is listed with how it came, what it brought and how long it took", async () => {
    const id = await record(
      [makeEvent("event-1"), makeEvent("event-2", { eventType: "user.session.start", version: 7 })],
      { origin: { by: "hookdeck", eventId: "evt_1", attempt: 2, url: "https://dashboard.example/evt_1" } },
    );
    await noteAnswerTime(instanceDatabase, { deliveryId: id, answerMs: 12.5, timeoutMs: 2000 });

    const { deliveries, next } = await ask("deliveries", contract.deliveryPage);

    expect(next).toBeNull();
    expect(deliveries).toEqual([
      {
        id,
        receivedAt: receivedAt.toISOString(),
        eventId: "delivery-1",
        hookId: "whoexample",
        origin: "hookdeck",
        hookdeck: { eventId: "evt_1", attempt: 2, url: "https://dashboard.example/evt_1" },
        eventCount: 2,
        newCount: 2,
        duplicateCount: 0,
        unreadableCount: 0,
        eventTypes: ["user.lifecycle.create", "user.session.start"],
        firstSummary: "user.lifecycle.create: New User (00unew) by Ada Admin (00uadmin)",
        tookMs: 12.5,
        odd: true,
        handlers: { state: "waiting", nextTryAt: null },
      },
    ]);
  });

  it("whose events were seen before says so, and still of which types they are", async () => {
    await record([makeEvent("event-1")]);
    await record([makeEvent("event-1")]);

    const { deliveries } = await ask("deliveries", contract.deliveryPage);

    expect(
      deliveries.map(({ newCount, duplicateCount, eventTypes }) => [newCount, duplicateCount, eventTypes]),
    ).toEqual([
      [0, 1, ["user.lifecycle.create"]],
      [1, 0, ["user.lifecycle.create"]],
    ]);
  });

  it("is shown whole: envelope, headers, events in its order, unreadable ones as they were written", async () => {
    const id = await record([makeEvent("b"), '{"uuid":7, "n":1e400}', makeEvent("a"), makeEvent("b")]);

    const shown = await ask(`deliveries/${id}`, contract.deliveryDetail);

    expect(shown.envelope).toContain('"eventId":"delivery-1"');
    expect(shown.envelope).not.toContain("Ada Admin");
    expect(shown.headers).toEqual({ "content-type": "application/json", authorization: "[redacted]" });
    expect(shown.events.map(({ uuid }) => uuid)).toEqual(["b", "a"]);
    expect(shown.unreadable).toMatchObject([{ position: 1, json: '{"uuid":7, "n":1e400}', cut: false }]);
    expect(shown.unreadable[0]?.problems.join()).toContain("uuid");
    expect(shown.duplicateUuids).toEqual(["b"]);
  });

  it("of 1,000 events is shown whole", async () => {
    const id = await record(Array.from({ length: 1000 }, (_, index) => makeEvent(`event-${index}`)));

    const shown = await ask(`deliveries/${id}`, contract.deliveryDetail);

    expect(shown.events).toHaveLength(1000);
    expect(shown.events[999]?.uuid).toBe("event-999");
    expect(shown).toMatchObject({ moreEvents: false, eventCount: 1000 });
  });

  it("of more events says that there are more", async () => {
    const id = await record(Array.from({ length: 1001 }, (_, index) => makeEvent(`event-${index}`)));
    const shown = await ask(`deliveries/${id}`, contract.deliveryDetail);
    expect(shown.events).toHaveLength(1000);
    expect(shown.moreEvents).toBe(true);
  });

  it("that is not readable at length is cut, and says so", async () => {
    const id = await record([`{"uuid":7,"text":"${"x".repeat(2_000_000)}"}`, '{"uuid":8}']);
    const { unreadable } = await ask(`deliveries/${id}`, contract.deliveryDetail);
    expect(unreadable.map(({ json, cut }) => [json.length, cut])).toEqual([
      [1_000_000, true],
      [0, true],
    ]);
  });

  it("of a million unreadable events is told in a hundred and a text", async () => {
    const id = await record([Array(1_000_000).fill("0").join(","), makeEvent("real")]);
    const shown = await ask(`deliveries/${id}`, contract.deliveryDetail);
    expect(shown).toMatchObject({ eventCount: 1_000_001, newCount: 1, unreadableCount: 1_000_000 });
    expect(shown.events).toMatchObject([{ uuid: "real" }]);
    expect(shown.unreadable).toHaveLength(101);
    expect(shown.unreadable.at(-1)).toMatchObject({ position: 100, cut: true });
    expect(shown.unreadable.at(-1)?.problems.join()).toContain("999900 in all");
  });

  it("is found page after page, none twice and none left out, while more come", async () => {
    for (let index = 0; index < 7; index += 1) await record([makeEvent(`event-${index}`)]);
    const first = await ask("deliveries?limit=3", contract.deliveryPage);
    await record([makeEvent("late")]);
    const second = await ask(`deliveries?limit=3&cursor=${first.next}`, contract.deliveryPage);
    const third = await ask(`deliveries?limit=3&cursor=${second.next}`, contract.deliveryPage);

    expect([first, second, third].map(({ deliveries }) => deliveries.map(({ id }) => id))).toEqual([
      ["7", "6", "5"],
      ["4", "3", "2"],
      ["1"],
    ]);
    expect(third.next).toBeNull();
  });

  it.each(["0", "99", "-1", "1e3", "one", "9999999999999999999", "%00", "1;drop", "%E0"])(
    "with the made-up id %s is not found",
    async (id) => {
      const answer = await callInspector(`deliveries/${id}`, signedIn);
      expect(answer.status).toBe(404);
      expect(answer.json.detail).toContain("list of deliveries");
    },
  );
});
