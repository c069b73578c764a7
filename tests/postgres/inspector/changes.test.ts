/** The inspector's API over a real store. What a watching page is told. */
import { describe, expect, it } from "vitest";
import * as deliveriesContract from "../../../netlify/api/schema/deliveries.ts";
import { recordAnswerTime } from "../../../netlify/events/record/record-answer-time.ts";
import { recordRejection } from "../../../netlify/events/record/record-rejection.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { ask, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";
import { instanceDatabase } from "../../support/instance-database.ts";

const store = useInspectorStore();

describe("what is new", () => {
  it("is told once, newest first, and then only what came since", async () => {
    await record([makeEvent("event-1")]);
    await record([makeEvent("event-2")]);
    const first = await ask("changes", deliveriesContract.changes);
    const nothing = await ask(`changes?after=${first.token}`, deliveriesContract.changes);
    await record([makeEvent("event-3")]);
    const second = await ask(`changes?after=${first.token}`, deliveriesContract.changes);

    expect(first.deliveries.map(({ id }) => id)).toEqual(["2", "1"]);
    expect(nothing).toMatchObject({ deliveries: [], more: false });
    expect(second.deliveries.map(({ id }) => id)).toEqual(["3"]);
  });

  it("is told again while it is young, since its answer's time is written later", async () => {
    const id = await record([makeEvent("event-1")], { receivedAt: new Date() });
    const { token } = await ask("changes", deliveriesContract.changes);
    await recordAnswerTime(instanceDatabase, { deliveryId: id, answerMs: 9, timeoutMs: 2000 });

    const { deliveries } = await ask(`changes?after=${token}`, deliveriesContract.changes);

    expect(deliveries).toMatchObject([{ id, tookMs: 9 }]);
  });

  it("is told though another delivery with a higher number was recorded first", async () => {
    await record([makeEvent("event-1")]);
    await store.sql("select nextval('deliveries_id_seq')");
    await record([makeEvent("event-3")]);
    const { token } = await ask("changes", deliveriesContract.changes);
    await store.sql(
      `insert into deliveries (id, received_at, origin, headers, unreadable_count, event_count, new_count, duplicate_uuids)
         values (2, now(), 'okta', '{}', 0, 0, 0, '{}')`,
    );

    const { deliveries } = await ask(`changes?after=${token}`, deliveriesContract.changes);

    expect(deliveries.map(({ id }) => id)).toEqual(["2"]);
  });

  it("is told though it came with a lower number, an hour ago, while nobody asked", async () => {
    const { token } = await ask("changes", deliveriesContract.changes);
    await record([makeEvent("event-1")], { receivedAt: new Date() });
    const hidden = token.replace(/^d0/, "d1");
    const hourLater = hidden.replace(/t(\d+)$/, (_, at) => `t${Number(at) - 3_600_000}`);

    const { deliveries } = await ask(`changes?after=${hourLater}`, deliveriesContract.changes);

    expect(deliveries.map(({ id }) => id)).toEqual(["1"]);
  });

  it("comes with the deliveries that are watched, however old", async () => {
    for (const uuid of ["event-1", "event-2", "event-3"]) await record([makeEvent(uuid)]);
    const { token } = await ask("changes", deliveriesContract.changes);
    const watching = await ask(`changes?after=${token}&watch=1&watch=2&watch=99`, deliveriesContract.changes);
    expect(watching.deliveries.map(({ id }) => id)).toEqual(["2", "1"]);
    expect(watching.token).toMatch(/^d3r0t/);
    expect(watching.more).toBe(false);
    expect((await callInspector("changes?watch=x", signedIn)).status).toBe(400);
  });

  it("comes 50 at a time, the newest, and says that there were more", async () => {
    await record([makeEvent("event-0")]);
    const { token } = await ask("changes", deliveriesContract.changes);
    for (let index = 1; index <= 52; index += 1) await record([makeEvent(`event-${index}`)]);

    const { deliveries, more } = await ask(`changes?after=${token}`, deliveriesContract.changes);

    expect(deliveries).toHaveLength(50);
    expect(deliveries[0]?.id).toBe("53");
    expect(more).toBe(true);
  });

  it("is everything in a store that was emptied since", async () => {
    await record([makeEvent("event-1")]);
    const { deliveries } = await ask("changes?after=d500r500t1795500000000", deliveriesContract.changes);
    expect(deliveries.map(({ id }) => id)).toEqual(["1"]);
  });

  it("tells rejected calls locally, and only there", async () => {
    const rejection = {
      receivedAt: new Date("2026-11-24T09:00:00Z"),
      method: "POST",
      path: "/okta-webhooks-endpoint",
      status: 401,
      reason: "secret wrong (header authorization)",
      headers: { authorization: "[redacted]" },
    };
    await recordRejection(instanceDatabase, rejection, { timeoutMs: 2000 });

    const local = await ask("changes", deliveriesContract.changes, { where: "locally" });
    const again = await ask(`changes?after=${local.token}`, deliveriesContract.changes, { where: "locally" });
    const deployed = await ask("changes", deliveriesContract.changes);

    expect(local.rejections).toEqual([{ ...rejection, id: "1", receivedAt: "2026-11-24T09:00:00.000Z" }]);
    expect(again.rejections).toEqual([]);
    expect(deployed.rejections).toEqual([]);
  });

  it("leaves out no rejected call that is kept", async () => {
    await store.sql(`insert into rejections (received_at, method, path, status, reason, headers)
      select now(), 'GET', '/okta-webhooks-endpoint', 401, 'secret missing', '{}' from generate_series(1, 200)`);
    const { rejections } = await ask("changes", deliveriesContract.changes, { where: "locally" });
    expect(rejections.map(({ id }) => Number(id))).toEqual(Array.from({ length: 200 }, (_, at) => 200 - at));
  });

  it.each(["x", "d1", "d1r1", "d1r-1t1", "d01r1t1", "1", "d1r1t1'", ""])(
    "cannot be asked with the made-up token %j",
    async (token) => {
      const answer = await callInspector(`changes?after=${encodeURIComponent(token)}`, signedIn);
      expect(answer.status).toBe(400);
      expect(answer.json.detail).toContain("after");
    },
  );
});
