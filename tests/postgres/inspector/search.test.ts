/** The inspector's API over a real store. Searching events: the filters, the paging, and what is refused. */
import { describe, expect, it } from "vitest";
import * as eventsContract from "../../../netlify/api/schema/events.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { ask, at, record, search, signedIn, useInspectorStore } from "../../support/inspector-store.ts";

const store = useInspectorStore();

const party = (id: string, login: string) => ({
  id,
  type: "User",
  alternateId: login,
  displayName: "A Name",
});

describe("a search for events", () => {
  it("lists the newest published first, whenever they came", async () => {
    await record([at(5, "five"), at(1, "one")]);
    await record([at(3, "three")]);
    expect(await search("")).toEqual(["five", "three", "one"]);
  });

  it("goes through events of the same moment page by page, none twice and none left out", async () => {
    const uuids = Array.from({ length: 25 }, (_, index) => `event-${String(index).padStart(2, "0")}`);
    await record(uuids.map((uuid) => at(1, uuid)));
    for (const limit of [1, 2, 7, 25, 100]) {
      expect(await search(`limit=${limit}`)).toEqual(uuids.toReversed());
    }
  });

  it("tells who did what to whom, from the row alone", async () => {
    await record([at(1, "event-1", { outcome: { result: "FAILURE" } })]);

    const { events } = await ask("events", eventsContract.eventPage);

    expect(events).toMatchObject([
      {
        uuid: "event-1",
        deliveryId: "1",
        actor: { id: "00uadmin", login: "Admin@example.com", name: "Ada Admin" },
        target: { id: "00unew", login: "new.user@example.com", name: "New User" },
        outcome: "FAILURE",
        severity: "INFO",
        hasSchemaDeviations: false,
        payloadKept: true,
        summary: "user.lifecycle.create: New User (00unew) by Ada Admin (00uadmin) (FAILURE)",
      },
    ]);
  });

  it("takes any of several types", async () => {
    await record([
      at(1, "create"),
      at(2, "start", { eventType: "user.session.start" }),
      at(3, "end", { eventType: "user.session.end" }),
      at(4, "start-2", { eventType: "user.session.start" }),
    ]);
    expect(await search("type=user.session.start")).toEqual(["start-2", "start"]);
    expect(await search("type=user.session.start&type=user.session.end&limit=1")).toEqual([
      "start-2",
      "end",
      "start",
    ]);
    expect(await search("type=user.session.*")).toEqual([]);
  });

  it("finds who did it by id and by login, exactly or by how they begin, whatever a login's capitals", async () => {
    await record([
      at(1, "jo", { actor: party("00u1", "Jo@example.com") }),
      at(2, "joe", { actor: party("00u12", "joe@example.com") }),
      at(3, "ann", { actor: party("00u2", "ann@example.com") }),
      at(4, "login-is-id", { actor: party("jo@example.com", "jo@example.com") }),
      at(5, "nobody", { actor: null }),
    ]);
    expect(await search("actor=00u1")).toEqual(["joe", "jo"]);
    expect(await search("actor=00U1")).toEqual([]);
    expect(await search("actor=JO&limit=2")).toEqual(["joe", "jo", "login-is-id"].sort(byTime));
    expect(await search("actor=jo@example.com&limit=1")).toEqual(["login-is-id", "jo"]);
    expect(await search("actor=example")).toEqual([]);
  });

  const byTime = (one: string, other: string) =>
    ["login-is-id", "ann", "joe", "jo"].indexOf(one) - ["login-is-id", "ann", "joe", "jo"].indexOf(other);

  it("finds to whom it was done, also together with who did it", async () => {
    const target = (id: string) => [party(id, `${id}@example.com`)];
    await record([
      at(1, "a", { target: target("00ux") }),
      at(2, "b", { target: target("00uy") }),
      at(3, "c", { target: target("00ux"), actor: party("00uz", "z@example.com") }),
      at(4, "d", { target: null }),
    ]);
    expect(await search("target=00ux")).toEqual(["c", "a"]);
    expect(await search("target=00ux@EXAMPLE.com&actor=admin")).toEqual(["a"]);
  });

  it.each(["%", "_", "%25", "a%", "a_b", "\\", "*", "'", "\u{10ffff}", "\uffff", "ü", "🦀"])(
    "takes %j for itself, never for a pattern",
    async (login) => {
      await record([
        at(1, "wanted", { actor: party("00u1", `${login}@example.com`) }),
        at(2, "other", { actor: party("00u2", "axb@example.com") }),
        at(3, "another", { actor: party("00u3", "zzz@example.com") }),
      ]);
      expect(await search(`actor=${encodeURIComponent(login)}`)).toEqual(["wanted"]);
    },
  );

  it("filters by outcome, severity and time", async () => {
    await record([
      at(1, "fine"),
      at(2, "failed", { outcome: { result: "FAILURE" }, severity: "WARN" }),
      at(3, "denied", { outcome: { result: "DENY" } }),
      at(4, "unknown", { outcome: null, severity: null }),
    ]);
    expect(await search("outcome=SUCCESS")).toEqual(["fine"]);
    expect(await search("outcome=DENY")).toEqual(["denied"]);
    expect(await search("outcome=success")).toEqual([]);
    expect(await search("severity=WARN")).toEqual(["failed"]);
    expect(await search("severity=INFO&outcome=DENY&type=user.lifecycle.create")).toEqual(["denied"]);
    expect(await search("from=2026-11-24T09:02:00Z&to=2026-11-24T09:04:00Z")).toEqual(["denied", "failed"]);
    expect(await search("from=2026-11-24T10:02:00%2B01:00&outcome=FAILURE")).toEqual(["failed"]);
  });

  it("finds the few among very many by going on, however often that takes", async () => {
    await store.sql(
      `insert into events (uuid, delivery_id, position, published, received_at, event_type, actor_id, outcome, severity, payload)
         select 'event-' || i, 1, i, timestamptz '2026-01-01' + i * interval '1 second', now(), 'type.' || i % 3,
           'actor-' || i, 'SUCCESS', case when i % 9000 = 0 then 'WARN' else 'INFO' end, '{}'
         from generate_series(1, 30000) i`,
    );
    expect(await search("outcome=SUCCESS&severity=WARN")).toEqual([
      "event-27000",
      "event-18000",
      "event-9000",
    ]);
    // Every actor begins so, which leaves only the way along all events.
    expect(await search("actor=actor-&severity=DEBUG")).toEqual([]);
    expect(await search("actor=actor-&type=type.0&severity=WARN")).toHaveLength(3);
    expect(await search("actor=actor-2999")).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `event-${29999 - index}`),
      "event-2999",
    ]);
  });

  it.each([
    ["type=", "type"],
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=many", "limit"],
    ["limit=1&limit=2", "limit"],
    ["actor=", "actor"],
    [`actor=${"x".repeat(257)}`, "actor"],
    ["actor=a%00b", "actor"],
    ["from=yesterday", "from"],
    ["from=2026-02-30T00:00:00Z", "from"],
    ["to=0000-01-01T00:00:00Z", "to"],
    ["colour=red", "colour"],
    ["__proto__=red", "__proto__"],
    ["cursor=x", "cursor"],
    [`cursor=${Buffer.from('["2026-11-24T09:00:00.000Z","a\\u0000"]').toString("base64url")}`, "cursor"],
    [`cursor=${Buffer.from('["0000-11-24T09:00:00.000Z","a"]').toString("base64url")}`, "cursor"],
    [`cursor=${Buffer.from("{}").toString("base64url")}`, "cursor"],
  ])("with the made-up filter %s is refused, naming it", async (query, name) => {
    const answer = await callInspector(`events?${query}`, signedIn);
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain(name);
  });
});
