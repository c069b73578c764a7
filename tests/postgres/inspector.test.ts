/** The inspector's API through its doors, over a real store: what is shown of what was recorded, and what is not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as contract from "../../netlify/api/contract.ts";
import { type Database, openDatabase } from "../../netlify/events/database.ts";
import { noteAnswerTime } from "../../netlify/events/note-answer-time.ts";
import { recordDelivery } from "../../netlify/events/record-delivery.ts";
import { recordRejection } from "../../netlify/events/record-rejection.ts";
import type { Delivery } from "../../netlify/hook/delivery.ts";
import { bearer, callInspector, type InspectorCall } from "../support/call-inspector.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";

let postgres: Postgres;
let database: Database;
let url: string;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  vi.stubEnv("NETLIFY_DB_URL", url);
  database = await openDatabase({ connectionString: url });
});
afterAll(async () => {
  await database.close();
  await postgres.destroy();
});
beforeEach(async () => {
  await withClient(url, (client) =>
    client.query("truncate deliveries, events, rejections restart identity; delete from pgboss.job"),
  );
});

/** Long ago, whatever the clock of the machine says. */
const receivedAt = new Date("2020-01-02T03:04:05.000Z");

/** Records a delivery as the endpoint does. */
async function record(
  events: readonly (Record<string, unknown> | string)[],
  fields: Partial<Delivery> = {},
): Promise<string> {
  const recorded = await recordDelivery(database, makeDelivery(events, { receivedAt, ...fields }), {
    timeoutMs: 20_000,
  });
  if (recorded.outcome !== "recorded") throw new Error("not recorded", { cause: recorded.cause });
  return recorded.deliveryId;
}

const signedIn = { headers: bearer };

/** Asks as somebody who may, and reads the answer by its schema. */
async function ask<Schema extends { parse(value: unknown): unknown }>(
  path: string,
  schema: Schema,
  call: InspectorCall = signedIn,
): Promise<ReturnType<Schema["parse"]>> {
  const answer = await callInspector(path, call);
  expect(answer.status, answer.text).toBeLessThan(300);
  return schema.parse(answer.json) as ReturnType<Schema["parse"]>;
}

/** The uuids of a search, page after page. */
async function search(query: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: contract.EventPage = await ask(`events?${query}${next}`, contract.eventPage);
    found.push(...page.events.map(({ uuid }) => uuid));
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

/** An event published at this minute. */
function at(minute: number, uuid: string, fields: Record<string, unknown> = {}) {
  const published = new Date(Date.UTC(2026, 10, 24, 9, minute)).toISOString();
  return makeEvent(uuid, { published, ...fields });
}

const party = (id: string, login: string) => ({
  id,
  type: "User",
  alternateId: login,
  displayName: "A Name",
});

describe("a delivery", () => {
  it("is listed with how it came, what it brought and how long it took", async () => {
    const id = await record(
      [makeEvent("event-1"), makeEvent("event-2", { eventType: "user.session.start", version: 7 })],
      { origin: { by: "hookdeck", eventId: "evt_1", attempt: 2, url: "https://dashboard.example/evt_1" } },
    );
    await noteAnswerTime(database, { deliveryId: id, answerMs: 12.5, timeoutMs: 2000 });

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

describe("what is new", () => {
  it("is told once, newest first, and then only what came since", async () => {
    await record([makeEvent("event-1")]);
    await record([makeEvent("event-2")]);
    const first = await ask("changes", contract.changes);
    const nothing = await ask(`changes?after=${first.token}`, contract.changes);
    await record([makeEvent("event-3")]);
    const second = await ask(`changes?after=${first.token}`, contract.changes);

    expect(first.deliveries.map(({ id }) => id)).toEqual(["2", "1"]);
    expect(nothing).toMatchObject({ token: first.token, deliveries: [], more: false });
    expect(second.deliveries.map(({ id }) => id)).toEqual(["3"]);
  });

  it("is told again while it is young, since its answer's time is written later", async () => {
    const id = await record([makeEvent("event-1")], { receivedAt: new Date() });
    const { token } = await ask("changes", contract.changes);
    await noteAnswerTime(database, { deliveryId: id, answerMs: 9, timeoutMs: 2000 });

    const { deliveries } = await ask(`changes?after=${token}`, contract.changes);

    expect(deliveries).toMatchObject([{ id, tookMs: 9 }]);
  });

  it("is told though another delivery with a higher number was recorded first", async () => {
    await record([makeEvent("event-1")]);
    await withClient(url, (client) => client.query("select nextval('deliveries_id_seq')"));
    await record([makeEvent("event-3")]);
    const { token } = await ask("changes", contract.changes);
    await withClient(url, (client) =>
      client.query(
        `insert into deliveries (id, received_at, origin, headers, unreadable_count, event_count, new_count, duplicate_uuids)
         values (2, now(), 'okta', '{}', 0, 0, 0, '{}')`,
      ),
    );

    const { deliveries } = await ask(`changes?after=${token}`, contract.changes);

    expect(deliveries.map(({ id }) => id)).toEqual(["2"]);
  });

  it("comes 50 at a time, the newest, and says that there were more", async () => {
    await record([makeEvent("event-0")]);
    const { token } = await ask("changes", contract.changes);
    for (let index = 1; index <= 52; index += 1) await record([makeEvent(`event-${index}`)]);

    const { deliveries, more } = await ask(`changes?after=${token}`, contract.changes);

    expect(deliveries).toHaveLength(50);
    expect(deliveries[0]?.id).toBe("53");
    expect(more).toBe(true);
  });

  it("is everything in a store that was emptied since", async () => {
    await record([makeEvent("event-1")]);
    const { deliveries } = await ask("changes?after=d500r500", contract.changes);
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
    await recordRejection(database, rejection, { timeoutMs: 2000 });

    const local = await ask("changes", contract.changes, { where: "locally" });
    const again = await ask(`changes?after=${local.token}`, contract.changes, { where: "locally" });
    const deployed = await ask("changes", contract.changes);

    expect(local.rejections).toEqual([{ ...rejection, id: "1", receivedAt: "2026-11-24T09:00:00.000Z" }]);
    expect(again.rejections).toEqual([]);
    expect(deployed.rejections).toEqual([]);
  });

  it.each(["x", "d1", "d1r-1", "d01r1", "1", "d1r1'", ""])(
    "cannot be asked with the made-up token %j",
    async (token) => {
      const answer = await callInspector(`changes?after=${encodeURIComponent(token)}`, signedIn);
      expect(answer.status).toBe(400);
      expect(answer.json.detail).toContain("after");
    },
  );
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

    const { events } = await ask("events", contract.eventPage);

    expect(events).toMatchObject([
      {
        uuid: "event-1",
        deliveryId: "1",
        actor: { id: "00uadmin", login: "Admin@example.com", name: "Ada Admin" },
        target: { id: "00unew", login: "new.user@example.com", name: "New User" },
        outcome: "FAILURE",
        severity: "INFO",
        departed: false,
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
    await withClient(url, (client) =>
      client.query(
        `insert into events (uuid, delivery_id, position, published, received_at, event_type, actor_id, outcome, severity, payload)
         select 'event-' || i, 1, i, timestamptz '2026-01-01' + i * interval '1 second', now(), 'type.' || i % 3,
           'actor-' || i, 'SUCCESS', case when i % 9000 = 0 then 'WARN' else 'INFO' end, '{}'
         from generate_series(1, 30000) i`,
      ),
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

describe("an event", () => {
  const hostile = [
    '{"uuid":"odd","published":"2026-11-24T09:00:00Z","eventType":"a.b","n":1e400,"big":12345678901234567890,"nul":"\\u0000","half":"\\ud800"}',
    '{ "uuid" : "odd",\n"published":"2026-11-24T09:00:00Z", "eventType":"<script>alert(1)</script>","displayMessage":"\u202Eevil</script>" }',
  ];
  it.each(hostile)("is given back exactly as it was written", async (json) => {
    await record([json]);
    const event = await ask("events/odd", contract.eventDetail);
    expect(event.json).toBe(json);
  });

  it("is described by its payload: Okta's own words and every target", async () => {
    await record([makeEvent("event-1", { version: 7 })]);
    const event = await ask("events/event-1", contract.eventDetail);
    expect(event.summary).toBe(
      "Create Okta user: Staff (00gstaff), New User (00unew) by Ada Admin (00uadmin)",
    );
    expect(event.departures).toEqual(["version: expected string"]);
    expect(event.runs).toEqual([]);
  });

  it("with a megabyte of text is shown whole", async () => {
    await record([makeEvent("event-1", { displayMessage: "x".repeat(1_000_000) })]);
    const event = await ask("events/event-1", contract.eventDetail);
    expect(event.json).toContain("x".repeat(1_000_000));
    expect(event.summary.length).toBeLessThan(1000);
  });

  it("whose payload is forgotten is still known", async () => {
    await record([makeEvent("event-1")]);
    await withClient(url, (client) => client.query("update events set payload = null"));
    const event = await ask("events/event-1", contract.eventDetail);
    expect(event).toMatchObject({ json: null, payloadKept: false, uuid: "event-1" });
  });

  it("has whatever uuid Okta gave it", async () => {
    const uuid = "a/b?c=d#e%f ü&'\"";
    await record([makeEvent(uuid)]);
    const event = await ask(`events/${encodeURIComponent(uuid)}`, contract.eventDetail);
    expect(event.uuid).toBe(uuid);
  });

  it.each(["made-up", "%00", "%ED%A0%80", "x".repeat(129), "'"])(
    "that is made up (%s) is not found",
    async (uuid) => {
      const answer = await callInspector(`events/${uuid}`, signedIn);
      expect(answer.status).toBe(404);
      expect(answer.json.detail).toContain("uuid");
    },
  );
});

describe("a replay", () => {
  const post = { ...signedIn, method: "POST" };

  it("runs the event's handlers after the answer, and its runs are shown", async () => {
    await record([makeEvent("event-1")]);
    vi.spyOn(console, "info").mockImplementation(() => {});

    const answer = await callInspector("events/event-1/replay", post);
    await answer.afterwards;

    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ queued: 1 });
    const { runs } = await ask("events/event-1", contract.eventDetail);
    expect(runs).toMatchObject([
      {
        handler: "greet-new-user",
        state: "done",
        attempts: 1,
        maxAttempts: 11,
        lastError: null,
        listed: true,
      },
    ]);
  });

  it("takes the name of a handler", async () => {
    await record([makeEvent("event-1")]);
    vi.spyOn(console, "info").mockImplementation(() => {});
    const named = await callInspector("events/event-1/replay", {
      ...post,
      body: { handler: "greet-new-user" },
    });
    await named.afterwards;
    const other = await callInspector("events/event-1/replay", { ...post, body: { handler: "nobody" } });

    expect(named.json).toEqual({ queued: 1 });
    expect(other.status).toBe(409);
    expect(other.json.detail).toContain("No handler of that name");
  });

  it("of an event without handlers, without payload, or never seen says why not", async () => {
    await record([makeEvent("other", { eventType: "user.session.start" }), makeEvent("gone")]);
    await withClient(url, (client) => client.query("update events set payload = null where uuid = 'gone'"));
    const replay = async (uuid: string) => await callInspector(`events/${uuid}/replay`, post);

    expect(await replay("other")).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("No handler") },
    });
    expect(await replay("gone")).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("retention") },
    });
    expect(await replay("made-up")).toMatchObject({ status: 404 });
  });

  it("runs nothing on a preview, which has a copy of production's data", async () => {
    await record([makeEvent("event-1")]);
    for (const deploy of [
      { context: "deploy-preview", published: false },
      { context: "production", published: false },
    ]) {
      const answer = await callInspector("events/event-1/replay", { ...post, deploy });
      expect(answer.status).toBe(409);
      expect(answer.json.detail).toContain("production");
      expect((await callInspector("dead/replay", { ...post, deploy })).status).toBe(409);
    }
  });

  it.each([{ handler: 7 }, { handler: "" }, { handlers: ["a"] }, [], "nonsense", "null"])(
    "with the body %j is refused",
    async (body) => {
      await record([makeEvent("event-1")]);
      expect((await callInspector("events/event-1/replay", { ...post, body })).status).toBe(400);
    },
  );
});

describe("dead letters", () => {
  /** As the queue leaves them: see `netlify/events/work/queue.ts`. */
  async function bury(uuid: string, handler: string, diedAt: string) {
    await withClient(url, (client) =>
      client.query(
        `with run as (
           insert into pgboss.job (id, name, data, singleton_key, state, retry_count, retry_limit, output, created_on)
           values (gen_random_uuid(), 'handler-runs', $1, $2, 'failed', 2, 2, '{"message":"no answer"}', $3) returning id
         )
         insert into pgboss.job (id, name, data, singleton_key, source_name, source_id, source_retry_count, source_output, created_on)
         select gen_random_uuid(), 'dead-letters', $1, $2, 'handler-runs', id, 2, '{"message":"no answer"}', $3 from run`,
        [JSON.stringify({ uuid, eventType: "user.lifecycle.create", handler }), uuid, diedAt],
      ),
    );
  }

  it("are counted, and listed page after page, the last to die first", async () => {
    await record([makeEvent("event-1"), makeEvent("event-2"), makeEvent("event-3")]);
    await bury("event-1", "greet-new-user", "2020-01-02T10:00:00.000001Z");
    await bury("event-2", "greet-new-user", "2020-01-02T10:00:00.000002Z");
    await bury("event-3", "renamed", "2020-01-02T10:00:00.000002Z");

    const { dead } = await ask("changes", contract.changes);
    const first = await ask("dead?limit=2", contract.deadPage);
    const second = await ask(`dead?limit=2&cursor=${first.next}`, contract.deadPage);

    expect(dead).toBe(3);
    expect(first.dead.map(({ uuid, listed }) => [uuid, listed]).sort()).toEqual([
      ["event-2", true],
      ["event-3", false],
    ]);
    expect(second).toMatchObject({
      next: null,
      dead: [
        {
          uuid: "event-1",
          handler: "greet-new-user",
          eventType: "user.lifecycle.create",
          state: "dead",
          attempts: 3,
          maxAttempts: 3,
          lastError: "no answer",
          published: "2026-11-24T09:00:00.000Z",
        },
      ],
    });
  });

  it("are replayed all at once", async () => {
    vi.spyOn(console, "info").mockImplementation(() => {});
    await record([makeEvent("event-1"), makeEvent("event-2")]);
    await bury("event-1", "greet-new-user", "2020-01-02T10:00:00Z");
    await bury("event-2", "greet-new-user", "2020-01-02T10:00:00Z");

    const answer = await callInspector("dead/replay", { ...signedIn, method: "POST" });
    await answer.afterwards;

    expect(answer.json).toEqual({ queued: 2 });
    expect((await ask("dead", contract.deadPage)).dead).toEqual([]);
    const { runs } = await ask("events/event-1", contract.eventDetail);
    expect(runs).toMatchObject([{ state: "done" }]);
  });

  it("that no handler can take stay, and the answer says why", async () => {
    await record([makeEvent("event-1")]);
    await bury("event-1", "renamed", "2020-01-02T10:00:00Z");
    const answer = await callInspector("dead/replay", { ...signedIn, method: "POST" });
    expect(answer.status).toBe(409);
    expect((await ask("dead", contract.deadPage)).dead).toHaveLength(1);
  });

  it.each(["x", Buffer.from('["2026-11-24T09:00:00Z","no-uuid"]').toString("base64url")])(
    "cannot be listed with the made-up cursor %s",
    async (cursor) => {
      expect((await callInspector(`dead?cursor=${cursor}`, signedIn)).status).toBe(400);
    },
  );
});

describe("the overview", () => {
  it("counts events by type, in a span of time too", async () => {
    await record([at(1, "a"), at(2, "b"), at(3, "c", { eventType: "user.session.start" })]);
    expect(await ask("event-types", contract.eventTypes)).toEqual({
      types: [
        { eventType: "user.lifecycle.create", count: 2 },
        { eventType: "user.session.start", count: 1 },
      ],
    });
    expect(
      await ask("event-types?from=2026-11-24T09:02:00Z&to=2026-11-24T09:03:00Z", contract.eventTypes),
    ).toEqual({
      types: [{ eventType: "user.lifecycle.create", count: 1 }],
    });
  });

  it("draws equal steps without gaps: all, failures, and the six most frequent types by name", async () => {
    const typed = (minute: number, uuid: string, eventType: string) => at(minute, uuid, { eventType });
    await record([
      ...["a", "b", "c", "d", "e", "f"].flatMap((type) => [
        typed(0, `${type}1`, type),
        typed(7, `${type}2`, type),
      ]),
      typed(7, "g1", "g"),
      typed(7, "proto", "__proto__"),
      at(1, "failed", { eventType: "a", outcome: { result: "FAILURE" } }),
      at(2, "denied", { eventType: "a", outcome: { result: "DENY" } }),
      at(10, "outside", { eventType: "a" }),
    ]);

    const { buckets, stepSeconds } = await ask(
      "activity?from=2026-11-24T09:00:00Z&to=2026-11-24T09:10:00Z&buckets=4",
      contract.activity,
    );

    expect(stepSeconds).toBe(150);
    expect(buckets.map(({ at: begin, total, failures }) => [begin, total, failures])).toEqual([
      ["2026-11-24T09:00:00.000Z", 8, 2],
      ["2026-11-24T09:02:30.000Z", 0, 0],
      ["2026-11-24T09:05:00.000Z", 8, 0],
      ["2026-11-24T09:07:30.000Z", 0, 0],
    ]);
    expect(buckets[2]?.types).toEqual({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, other: 2 });
  });

  it.each([
    "activity?from=2026-11-24T09:00:00Z&to=2026-11-24T09:00:00Z",
    "activity?from=2099-01-01T00:00:00Z",
    "activity?buckets=201",
    "event-types?from=now",
  ])("refuses %s", async (path) => {
    expect((await callInspector(path, signedIn)).status).toBe(400);
  });

  it("can span all of time", async () => {
    await record([at(1, "a")]);
    const { buckets } = await ask(
      "activity?from=0001-01-03T00:00:00Z&to=9999-12-30T00:00:00Z&buckets=200",
      contract.activity,
    );
    expect(buckets.reduce((sum, { total }) => sum + total, 0)).toBe(1);
  });
});

describe("without the password", () => {
  it("nothing of the data is told, whatever is asked", async () => {
    await record([makeEvent("event-1")]);
    const paths = [
      "changes",
      "deliveries",
      "deliveries/1",
      "events",
      "events/event-1",
      "dead",
      "event-types",
      "activity",
      "events?actor=%00",
      "made-up",
    ];
    const open = vi.spyOn(await import("../../netlify/events/database.ts"), "openDatabase");
    for (const path of paths) {
      for (const headers of [{}, { authorization: "Bearer wrong" }, { cookie: "__Host-inspector=wrong" }]) {
        const answer = await callInspector(path, { headers });
        expect(answer.status, path).toBe(401);
        expect(answer.text).not.toMatch(/event-1|Ada|00uadmin|user\.lifecycle/);
      }
    }
    for (const path of ["events/event-1/replay", "dead/replay", "sample"]) {
      expect((await callInspector(path, { method: "POST" })).status).toBe(401);
    }
    expect(open).not.toHaveBeenCalled();
  });
});

describe("a store that fails", () => {
  it("is said as such, with when to ask again, and without a value", async () => {
    await postgres.stop();
    try {
      const answer = await callInspector("events?actor=private-value", signedIn);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(answer.text).not.toContain("private-value");
    } finally {
      await postgres.restart();
    }
    expect((await callInspector("events", signedIn)).status).toBe(200);
  });
});
