/** The inspector's API over a real store. Deliveries, as the inspector tells them. */
import { describe, expect, it } from "vitest";
import * as deliveriesContract from "../../../netlify/api/schema/deliveries.ts";
import { recordAnswerTime } from "../../../netlify/events/record/record-answer-time.ts";
import { recordRejection } from "../../../netlify/events/record/record-rejection.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import {
  ask,
  at,
  listDeliveries,
  receivedAt,
  record,
  signedIn,
  useInspectorStore,
} from "../../support/inspector-store.ts";
import { instanceDatabase } from "../../support/instance-database.ts";

useInspectorStore();

/** `7`, or `r7` of a rejected call. */
const idsOf = ({ items }: deliveriesContract.FeedPage) =>
  items.map((item) => (item.kind === "delivery" ? item.delivery.id : `r${item.rejection.id}`));

describe("deliveries and rejected calls", () => {
  const reject = (receivedAt: Date) =>
    recordRejection(
      instanceDatabase,
      { receivedAt, method: "POST", path: "/", status: 401, reason: "secret wrong", headers: {} },
      { timeoutMs: 2000 },
    );
  const second = (number: number) => ({ receivedAt: new Date(Date.UTC(2026, 10, 24, 9, 0, number)) });
  const all = async (limit: number, between = async () => {}) => {
    const found: string[] = [];
    let cursor = "";
    do {
      const path = `deliveries?limit=${limit}${cursor}`;
      const page: deliveriesContract.FeedPage = await ask(path, deliveriesContract.feedPage, {
        where: "locally",
      });
      found.push(...idsOf(page));
      cursor = page.next === null ? "" : `&cursor=${page.next}`;
      await between();
    } while (cursor !== "");
    return found;
  };

  it("are one list under one cursor, whatever comes meanwhile", async () => {
    for (let number = 1; number <= 6; number += 1) {
      await record([makeEvent(`event-${number}`)], second(number * 10));
      if (number % 3 === 0) await reject(second(number * 10 + 5).receivedAt);
    }
    const expected = ["r2", "6", "5", "4", "r1", "3", "2", "1"];
    for (const limit of [1, 2, 3, 50]) expect(await all(limit)).toEqual(expected);
    const meanwhile = async () => {
      await record([makeEvent(crypto.randomUUID())], { receivedAt: new Date() });
      await reject(new Date());
    };
    expect(await all(2, meanwhile)).toEqual(expected);
  });

  it("are told locally only; a deployed site lists deliveries alone", async () => {
    await record([makeEvent("event-1")]);
    await reject(new Date());
    expect(idsOf(await ask("deliveries", deliveriesContract.feedPage))).toEqual(["1"]);
  });

  it("are followed without a gap from the first page's token", async () => {
    await record([makeEvent("event-1")]);
    await reject(second(1).receivedAt);
    const { token } = await ask("deliveries", deliveriesContract.feedPage, { where: "locally" });
    await record([makeEvent("event-2")]);
    await reject(second(2).receivedAt);
    const { deliveries, rejections } = await ask(`changes?after=${token}`, deliveriesContract.changes, {
      where: "locally",
    });
    expect(deliveries.map(({ id }) => id)).toEqual(["2"]);
    expect(rejections.map(({ id }) => id)).toEqual(["2"]);
  });

  it("filter as events do", async () => {
    await record([at(1, "a"), at(2, "b", { eventType: "user.session.start" })]);
    await record([at(3, "c", { outcome: { result: "FAILURE" } })]);
    await record([at(4, "d"), at(5, "e")]);
    const ids = async (query: string) => (await listDeliveries(query)).map(({ id }) => id);
    expect(await ids("type=user.lifecycle.create")).toEqual(["3", "2", "1"]);
    expect(await ids("type=user.session.start&actor=admin")).toEqual(["1"]);
    expect(await ids("outcome=FAILURE")).toEqual(["2"]);
    expect(await ids("to=2026-11-24T09:03:00Z")).toEqual(["1"]);
    expect(await ids("target=nobody")).toEqual([]);
  });
});

describe("a delivery", () => {
  it("is listed with how it came, what it brought and how long it took", async () => {
    const id = await record(
      [makeEvent("event-1"), makeEvent("event-2", { eventType: "user.session.start", version: 7 })],
      { origin: { by: "hookdeck", eventId: "evt_1", attempt: 2, url: "https://dashboard.example/evt_1" } },
    );
    await recordAnswerTime(instanceDatabase, { deliveryId: id, answerMs: 12.5, timeoutMs: 2000 });

    expect(await listDeliveries()).toEqual([
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
        firstEvent: {
          eventType: "user.lifecycle.create",
          actor: { id: "00uadmin", login: "Admin@example.com", name: "Ada Admin" },
          target: { id: "00unew", login: "new.user@example.com", name: "New User" },
          outcome: "SUCCESS",
        },
        firstSummary: "user.lifecycle.create: New User (00unew) by Ada Admin (00uadmin)",
        tookMs: 12.5,
        hasSchemaDeviations: true,
        handlers: { state: "waiting", nextTryAt: null, noRuns: null },
      },
    ]);
  });

  it("whose events were seen before says so, and still of which types they are", async () => {
    await record([makeEvent("event-1")]);
    await record([makeEvent("event-1")]);

    const deliveries = await listDeliveries();

    expect(
      deliveries.map(({ newCount, duplicateCount, eventTypes }) => [newCount, duplicateCount, eventTypes]),
    ).toEqual([
      [0, 1, ["user.lifecycle.create"]],
      [1, 0, ["user.lifecycle.create"]],
    ]);
  });

  it("is shown whole: envelope, headers, events in its order, unreadable ones as they were written", async () => {
    const id = await record([makeEvent("b"), '{"uuid":7, "n":1e400}', makeEvent("a"), makeEvent("b")]);

    const shown = await ask(`deliveries/${id}`, deliveriesContract.deliveryDetail);

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

    const shown = await ask(`deliveries/${id}`, deliveriesContract.deliveryDetail);

    expect(shown.events).toHaveLength(1000);
    expect(shown.events[999]?.uuid).toBe("event-999");
    expect(shown).toMatchObject({ moreEvents: false, eventCount: 1000 });
  });

  it("of more events says that there are more", async () => {
    const id = await record(Array.from({ length: 1001 }, (_, index) => makeEvent(`event-${index}`)));
    const shown = await ask(`deliveries/${id}`, deliveriesContract.deliveryDetail);
    expect(shown.events).toHaveLength(1000);
    expect(shown.moreEvents).toBe(true);
  });

  it("that is not readable at length is cut, and says so", async () => {
    const id = await record([`{"uuid":7,"text":"${"x".repeat(2_000_000)}"}`, '{"uuid":8}']);
    const { unreadable } = await ask(`deliveries/${id}`, deliveriesContract.deliveryDetail);
    expect(unreadable.map(({ json, cut }) => [json.length, cut])).toEqual([
      [1_000_000, true],
      [0, true],
    ]);
  });

  it("of a million unreadable events is told in a hundred and a text", async () => {
    const id = await record([Array(1_000_000).fill("0").join(","), makeEvent("real")]);
    const shown = await ask(`deliveries/${id}`, deliveriesContract.deliveryDetail);
    expect(shown).toMatchObject({ eventCount: 1_000_001, newCount: 1, unreadableCount: 1_000_000 });
    expect(shown.events).toMatchObject([{ uuid: "real" }]);
    expect(shown.unreadable).toHaveLength(101);
    expect(shown.unreadable.at(-1)).toMatchObject({ position: 100, cut: true });
    expect(shown.unreadable.at(-1)?.problems.join()).toContain("999900 in all");
  });

  it("is found page after page, none twice and none left out, while more come", async () => {
    for (let index = 0; index < 7; index += 1) await record([makeEvent(`event-${index}`)]);
    const first = await ask("deliveries?limit=3", deliveriesContract.feedPage);
    await record([makeEvent("late")]);
    const second = await ask(`deliveries?limit=3&cursor=${first.next}`, deliveriesContract.feedPage);
    const third = await ask(`deliveries?limit=3&cursor=${second.next}`, deliveriesContract.feedPage);

    expect([first, second, third].map(idsOf)).toEqual([["7", "6", "5"], ["4", "3", "2"], ["1"]]);
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
