/** The inspector's API over a real store. `GET /api/find`: what a text that somebody has in hand may mean. */
import { describe, expect, it } from "vitest";
import * as findContract from "../../../netlify/api/schema/find.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { ask, at, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";

useInspectorStore();

const find = (text: string) => ask(`find?text=${encodeURIComponent(text)}`, findContract.findResult);
const nothing = { events: [], delivery: null, actors: [], targets: [], types: [] };
const user = (id: string, login: string) => ({ id, type: "User", alternateId: login, displayName: "A Name" });

describe("a text that is looked for", () => {
  it("is the beginning of an event's uuid, of four characters or more", async () => {
    await record([at(1, "11111111-2222"), at(2, "11111111-3333")]);
    const uuids = async (text: string) => (await find(text)).events.map(({ uuid }) => uuid);
    expect((await find("11111111-2222")).events).toMatchObject([{ uuid: "11111111-2222", deliveryId: "1" }]);
    expect(await uuids("1111")).toEqual(["11111111-2222", "11111111-3333"]);
    expect(await uuids("111")).toEqual([]);
  });

  it("is the id of a delivery, at Okta or at Hookdeck", async () => {
    await record([at(1, "one")], { eventId: "okta-delivery" });
    await record([at(2, "two")], { origin: { by: "hookdeck", eventId: "evt_1", attempt: 1, url: null } });
    expect((await find("okta-delivery")).delivery).toMatchObject({ id: "1" });
    expect((await find("evt_1")).delivery).toMatchObject({ id: "2" });
    expect((await find("evt_")).delivery).toBeNull();
  });

  it("is a delivery's number, and an event's uuid beside it", async () => {
    await record([at(1, "2")]);
    await record([at(1, "other")]);
    const found = await find("2");
    expect(found).toMatchObject({ events: [{ uuid: "2" }], delivery: { id: "2" } });
    expect((await find("3")).delivery).toBeNull();
  });

  it("is the beginning of logins, whatever their capitals, and of ids, by side, each once", async () => {
    const ann = user("00uAnn", "Ann@example.com");
    await record([
      at(1, "one", { actor: ann, target: [user("00uBob", "bob@example.com")] }),
      at(2, "two", { actor: ann, target: [user("00uAnton", "anton@example.com")] }),
    ]);
    expect(await find("AN")).toMatchObject({ actors: ["ann@example.com"], targets: ["anton@example.com"] });
    expect(await find("00uA")).toMatchObject({ actors: ["00uAnn"], targets: ["00uAnton"] });
    expect(await find("00ua")).toEqual(nothing);
  });

  it("is the beginning of an event type that has events here", async () => {
    await record([at(1, "one"), at(2, "two", { eventType: "user.session.start" })]);
    expect((await find("user.")).types).toEqual(["user.lifecycle.create", "user.session.start"]);
    expect((await find("user.session")).types).toEqual(["user.session.start"]);
  });

  it("suggests a few of very many", async () => {
    await record(
      Array.from({ length: 30 }, (_, number) =>
        at(1, `event-${number}`, {
          eventType: `custom.type_${number}`,
          actor: user(`00u${number}`, `login-${number}@example.com`),
        }),
      ),
    );
    expect((await find("login-")).actors).toHaveLength(5);
    expect((await find("custom.")).types).toHaveLength(10);
  });

  it.each(["%", "_", "a\\", "'", "no such thing", "\u{10FFFF}", "9".repeat(30)])(
    "in which nothing is a pattern: %j finds nothing",
    async (text) => {
      await record([at(1, "event-1")]);
      expect(await find(text)).toEqual(nothing);
    },
  );

  it("is refused where it cannot be one", async () => {
    for (const query of ["", "?text=", "?text=%00", `?text=${"x".repeat(300)}`, "?text=a&type=b"]) {
      expect((await callInspector(`find${query}`, signedIn)).status, query).toBe(400);
    }
    expect((await callInspector("find?text=a")).status).toBe(401);
  });
});
