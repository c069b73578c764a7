/** Catch-up against a stand-in for the org, over a real store: what Okta failed to deliver is here. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readHours } from "../../../netlify/events/ledger/read-hours.ts";
import { startOrg } from "../../okta/stand-in/start-org.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { HOUR, type MadeCatchUp, MINUTE, makeCatchUp, serviceApp } from "../../support/made-catch-up.ts";
import { type Postgres, startPostgres } from "../../support/postgres.ts";

let postgres: Postgres;
let url: string;
let site: MadeCatchUp;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  site = await makeCatchUp(url);
});
afterEach(() => site.close());
afterAll(() => postgres.destroy());

/** Another site than the usual one. */
async function another(options: Parameters<typeof makeCatchUp>[1]): Promise<void> {
  await site.close();
  site = await makeCatchUp(url, options);
}

const host = () => new URL(site.org.url).host;

/** A type that no handler listens to, where there are many events. */
const unhandled = { eventType: "user.account.lock" };

/** All hours of the ledger together. */
async function ledger() {
  const hours = await readHours(site.work.database, host(), {
    from: new Date(0),
    to: new Date("2100-01-01"),
  });
  const sum = { inLog: 0, inTime: 0, late: 0, fetched: 0, missed: 0, unknown: 0 };
  for (const hour of hours.values()) {
    for (const name of ["inLog", "inTime", "late", "fetched", "missed", "unknown"] as const)
      sum[name] += hour[name];
  }
  return sum;
}

describe("catch-up", () => {
  it("begins with the moment it is switched on: nothing of the past is recorded or run", async () => {
    await site.happen(["before"], { delivered: false });
    await site.work.clock.advance(HOUR);
    expect(await site.look()).toMatchObject({ outcome: "began", recorded: 0 });
    await site.happen(["after"], { delivered: false });
    expect(await site.look(HOUR)).toMatchObject({ outcome: "looked", inLog: 1, recorded: 1 });
    expect(await site.stored()).toEqual(["after"]);
    expect(site.handled).toEqual(["after"]);
  });

  it("records what Okta did not deliver, as a delivery is, and its handlers run once", async () => {
    await site.look();
    await site.happen(["delivered"]);
    await site.happen(["missed"], { delivered: false });
    await site.look(2 * HOUR);
    await site.look(HOUR);
    expect(await site.stored()).toEqual(["delivered", "missed"]);
    expect(site.handled).toEqual(["delivered", "missed"]);
    expect(
      await site.work.sql("select origin, new_count, hook_id from deliveries order by id"),
    ).toMatchObject([
      { origin: "okta", new_count: 1 },
      { origin: "system-log", new_count: 1, hook_id: site.hook.id },
    ]);
    expect(await ledger()).toEqual({ inLog: 2, inTime: 1, late: 0, fetched: 0, missed: 1, unknown: 0 });
  });

  it("keeps each event exactly as Okta wrote it, number text and escapes included", async () => {
    await site.look();
    const published = new Date(site.work.clock.now()).toISOString();
    const written = `{ "uuid" : "odd", "published":"${published}", "eventType":"user.lifecycle.create", "n": 1e400, "big": 12345678901234567890, "text":"\\u0000\\ud800 \\u00e9" }`;
    site.org.log.push({ uuid: "odd", published, eventType: "user.lifecycle.create" });
    await site.work.clock.advance(HOUR);
    site.org.faults.push({
      status: 200,
      on: "GET /api/v1/logs",
      body: `[\n${written} ]`,
      headers: {
        link: `<${site.org.url}/api/v1/logs?after=x>; rel="next"`,
        date: new Date(site.work.clock.now()).toUTCString(),
      },
    });
    site.org.faults.push({ status: 200, on: "GET /api/v1/logs", body: "[]" });
    await site.look();
    expect(await site.work.sql("select payload from events")).toEqual([{ payload: written }]);
  });

  it("leaves an event alone that is younger than five minutes: Okta may deliver it still", async () => {
    await site.look();
    await site.work.clock.advance(HOUR);
    await site.happen(["young"], { delivered: false });
    expect(await site.look(4 * MINUTE)).toMatchObject({ recorded: 0 });
    expect(await site.stored()).toEqual([]);
    expect(await site.look(2 * MINUTE)).toMatchObject({ recorded: 1 });
  });

  it("is not held up by an event published in the future: it is fetched at once, and counts in no hour", async () => {
    await site.look();
    await site.happen(["from-2099"], { delivered: false, fields: { published: "2099-01-01T00:00:00.000Z" } });
    await site.happen(["behind-it"], { delivered: false });
    expect(await site.look(HOUR)).toMatchObject({ recorded: 2 });
    expect(await site.stored()).toEqual(["behind-it", "from-2099"]);
    await site.look(HOUR);
    expect(await ledger()).toMatchObject({ inLog: 1, missed: 1 });
    expect((await site.look(HOUR)).state.waiting).toBe(false);
  });

  it("does not take an event of the future for how far it has come: what comes after it is found though the cursor is lost", async () => {
    site.org.log.mostPerPage = 1;
    await site.look();
    await site.happen(["from-2099"], { delivered: false, fields: { published: "2099-01-01T00:00:00.000Z" } });
    await site.work.clock.advance(3 * HOUR);
    await site.happen(["after-it"], { delivered: false });
    let pages = 0;
    site.org.failLog = () =>
      ++pages === 1 ? undefined : { status: 429, headers: { "x-rate-limit-reset": "1e12" } };
    expect(await site.look(6 * HOUR)).toMatchObject({ outcome: "stopped", recorded: 1 });
    site.org.failLog = undefined;
    site.org.log.generation += 1;
    await site.look(HOUR);
    expect(await site.stored()).toEqual(["after-it", "from-2099"]);
  });

  it("tells late from missed: what Okta delivers after all runs nothing again", async () => {
    await site.look();
    await site.happen(["late", "missed"], { delivered: false });
    await site.look(10 * MINUTE);
    expect(await ledger()).toMatchObject({ inLog: 2, fetched: 2, missed: 0 });
    await site.work.clock.advance(10 * MINUTE);
    const { duplicateUuids } = await site.work.record("late");
    expect(duplicateUuids).toEqual(["late"]);
    await site.look(HOUR);
    expect(await ledger()).toEqual({ inLog: 2, inTime: 0, late: 1, fetched: 0, missed: 1, unknown: 0 });
    expect(site.handled.toSorted()).toEqual(["late", "missed"]);
  });

  it("counts a delivery that failed once, though its page is read again", async () => {
    await site.look();
    const failed = (uuid: string) => ({
      uuid,
      published: new Date(site.work.clock.now()).toISOString(),
      eventType: "event_hook.delivery",
      outcome: { result: "FAILURE", reason: "timeout" },
      target: [{ id: site.hook.id, type: "EventHook" }],
    });
    await site.work.clock.advance(HOUR);
    site.org.log.push(failed("failed-1"));
    await site.happen(["young"], { delivered: false });
    expect((await site.look(MINUTE)).state.failures).toMatchObject({ count: 1, reason: "timeout" });
    await site.work.clock.advance(30 * MINUTE);
    site.org.log.push(failed("failed-2"));
    expect((await site.look(MINUTE)).state.failures).toMatchObject({ count: 2 });
    expect((await site.look(30 * MINUTE)).state.failures).toMatchObject({ count: 2 });
    expect((await site.look(31 * MINUTE)).state.failures).toBeNull();
  });

  it("finds an event that Okta persisted late, which a request with `until` would have missed", async () => {
    await site.look();
    await site.happen(["late"], { delivered: false, persistedAfterMs: 2 * HOUR });
    const publishedAt = site.work.clock.now();
    await site.look(HOUR);
    await site.look(2 * HOUR);
    const bounded = new URLSearchParams({
      since: new Date(publishedAt - HOUR).toISOString(),
      until: new Date(site.work.clock.now()).toISOString(),
    });
    const { body } = site.org.log.answer(new URL(`${site.org.url}/api/v1/logs?${bounded}`));
    expect(body).toEqual([]);
    expect(await site.stored()).toEqual(["late"]);
  });

  it("follows the log page by page and goes on where it stopped", async () => {
    await another({ eventTypes: [unhandled.eventType] });
    await site.look();
    const uuids = Array.from({ length: 2_500 }, (_, index) => `event-${String(index).padStart(4, "0")}`);
    await site.happen(uuids.slice(0, 1_250), { fields: unhandled });
    await site.happen(uuids.slice(1_250), { delivered: false, fields: unhandled });
    site.org.requests.length = 0;
    expect(await site.look(HOUR)).toMatchObject({ inLog: 2_500, recorded: 1_250 });
    expect(site.org.requests.filter((request) => request === "GET /api/v1/logs")).toHaveLength(4);
    expect(await site.look(HOUR)).toMatchObject({ inLog: 0, recorded: 0 });
    expect(await site.stored()).toEqual(uuids);
    expect(await ledger()).toMatchObject({ inLog: 2_500, inTime: 1_250, missed: 1_250 });
  });

  it("stops in time, and the next look goes on from there", async () => {
    await another({ eventTypes: [unhandled.eventType] });
    await site.look();
    const uuids = Array.from({ length: 3_000 }, (_, index) => `event-${index}`);
    await site.happen(uuids, { delivered: false, fields: unhandled });
    await site.work.clock.advance(HOUR);
    let asked = 0;
    const slow: typeof fetch = async (...call) => {
      asked += 1;
      if (asked === 4) await site.work.clock.advance(HOUR);
      return await fetch(...call);
    };
    const first = await site.look(0, { fetch: slow });
    expect(first.recorded).toBeLessThan(3_000);
    expect(first.recorded).toBeGreaterThan(0);
    await site.look(HOUR);
    expect(await site.stored()).toHaveLength(3_000);
  });
});

describe("a quiet hour", () => {
  it("asks Okta three times and the database not at all", async () => {
    await site.happen(["delivered"]);
    await site.look();
    await site.happen(["missed"], { delivered: false });
    await site.look(2 * HOUR);
    await site.look(HOUR);
    site.org.requests.length = 0;
    site.statements = 0;
    const { askedDatabase } = await site.look(HOUR);
    expect(site.org.requests).toEqual([
      "POST /oauth2/v1/token",
      "GET /api/v1/eventHooks",
      "GET /api/v1/logs",
    ]);
    expect(site.statements).toBe(0);
    expect(askedDatabase).toBe(false);
  });

  it("is as quiet where the org demands proof of possession", async () => {
    await another({ app: { dpop: true } });
    await site.look();
    await site.look(HOUR);
    site.org.requests.length = 0;
    await site.look(HOUR);
    expect(site.org.requests).toHaveLength(3);
  });

  it("moves on, so that a cursor does not grow old", async () => {
    await site.look();
    for (let days = 0; days < 120; days += 10) await site.look(10 * 24 * HOUR);
    await site.happen(["missed"], { delivered: false });
    expect(await site.look(HOUR)).toMatchObject({ recorded: 1, state: { problem: null } });
  });
});

describe("what is ours", () => {
  it("is what the hook subscribes to, a type from when it was subscribed", async () => {
    await site.look();
    const locked = { eventType: "user.account.lock" };
    await site.happen(["locked-before"], { delivered: false, fields: locked });
    await site.look(HOUR);
    site.hook.events.items.push("user.account.lock");
    await site.look(HOUR);
    await site.happen(["locked-after"], { delivered: false, fields: locked });
    await site.happen(["other"], { delivered: false, fields: { eventType: "user.session.start" } });
    await site.look(HOUR);
    expect(await site.stored()).toEqual(["locked-after"]);
  });

  it("is what the handlers listen to, where the app may not see the hook", async () => {
    await another({ app: { scopes: ["okta.logs.read"] } });
    await site.look();
    await site.happen(["missed"], { delivered: false });
    await site.look(HOUR);
    expect(await site.stored()).toEqual(["missed"]);
  });

  it("of a hook with a filter is what Okta says it let pass; where it does not say, the event is left alone", async () => {
    site.hook.events.filter = {
      type: "EXPRESSION_LANGUAGE",
      eventFilterMap: [{ event: "user.lifecycle.create", condition: { expression: "true" } }],
    };
    await site.look();
    const targets = (ids: string) => ({ debugContext: { debugData: { targetEventHookIds: ids } } });
    await site.happen(["passed"], { delivered: false, fields: targets(`whoOther,${site.hook.id}`) });
    await site.happen(["kept-back"], { delivered: false, fields: targets("whoOther") });
    await site.happen(["silent"], { delivered: false, fields: { debugContext: null } });
    await site.look(2 * HOUR);
    expect(await site.stored()).toEqual(["passed"]);
    expect(await ledger()).toMatchObject({ inLog: 2, missed: 1, unknown: 1 });
  });

  it("is sorted out here where the filter would be too long for an address", async () => {
    const { eligibleEventTypes } = await import("../../../netlify/catalogue/event-types.ts");
    await another({ eventTypes: [...eligibleEventTypes] });
    await site.look();
    await site.happen(["missed"], { delivered: false });
    await site.happen(["other"], { delivered: false, fields: { eventType: "policy.evaluate_sign_on" } });
    await site.look(HOUR);
    expect(await site.stored()).toEqual(["missed"]);
  });
});

describe("what is lost", () => {
  it("that Blobs lost is read from the database, and nothing is missed or counted twice", async () => {
    await site.look();
    await site.happen(["one"], { delivered: false });
    await site.look(2 * HOUR);
    site.blobs.clear();
    await site.happen(["two"], { delivered: false });
    await site.look(2 * HOUR);
    expect(await site.stored()).toEqual(["one", "two"]);
    expect(await ledger()).toMatchObject({ inLog: 2, missed: 2 });
  });

  it("as a cursor that Okta refuses is read again from before it, and counts once", async () => {
    await site.look();
    await site.happen(["one"], { delivered: false });
    await site.look(2 * HOUR);
    site.org.log.generation += 1;
    await site.happen(["two"], { delivered: false });
    expect(await site.look(2 * HOUR)).toMatchObject({ state: { problem: null } });
    expect(await site.stored()).toEqual(["one", "two"]);
    expect(await ledger()).toMatchObject({ inLog: 2, missed: 2 });
  });

  it("as what another version wrote begins with the last event known", async () => {
    await site.look();
    await site.happen(["known"]);
    await site.happen(["missed"], { delivered: false });
    site.blobs.clear();
    await site.work.sql(`update catch_up set state = '{"version": "other"}'`);
    await site.look(2 * HOUR);
    expect(await site.stored()).toEqual(["known", "missed"]);
  });

  it("through two looks at once is nothing, and nothing runs twice", async () => {
    await site.look();
    const uuids = Array.from({ length: 300 }, (_, index) => `event-${index}`);
    await site.happen(uuids, { delivered: false });
    await site.work.clock.advance(HOUR);
    await Promise.all([site.look(), site.look()]);
    expect(await site.stored()).toHaveLength(300);
    expect(site.handled).toHaveLength(300);
    expect(await ledger()).toMatchObject({ inLog: 300 });
  });
});

describe("an org that does not do as it should", () => {
  const aLook = async () => {
    await site.happen(["missed"], { delivered: false });
    const failed = await site.look(HOUR);
    const sentence = failed.state.problem?.sentence;
    expect(failed.outcome).toBe("stopped");
    expect(await site.stored()).toEqual([]);
    site.org.failLog = undefined;
    expect(await site.look(HOUR)).toMatchObject({ outcome: "looked", recorded: 1, state: { problem: null } });
    return sentence;
  };

  it("answers with a page that is not JSON", async () => {
    await site.look();
    site.org.failLog = () => ({ status: 200, body: "<html>Welcome</html>" });
    expect(await aLook()).toContain("is not Okta's: check OKTA_ORG_URL");
  });

  it("answers with JSON that is no list", async () => {
    await site.look();
    site.org.failLog = () => ({ status: 200, body: "{}" });
    expect(await aLook()).toContain("is no list of events");
  });

  it("names a next page on another host: nothing is sent there", async () => {
    await site.look();
    site.org.failLog = () => ({
      status: 200,
      body: "[]",
      headers: { link: '<https://elsewhere.example/api/v1/logs?after=1>; rel="next"' },
    });
    expect(await aLook()).toContain("at elsewhere.example: nothing was sent there");
  });

  it("is over its rate limit for longer than there is time: it stops until the next hour", async () => {
    await site.look();
    const reset = String(Math.ceil((site.work.clock.now() + 2 * HOUR) / 1000));
    site.org.failLog = () => ({ status: 429, headers: { "x-rate-limit-reset": reset } });
    expect(await aLook()).toMatch(/asks to wait \d+ s because of its rate limit/);
  });

  it("is over its rate limit for a moment: it is waited for", async () => {
    await site.look();
    await site.happen(["missed"], { delivered: false });
    await site.work.clock.advance(HOUR);
    const reset = String(Math.ceil((site.work.clock.now() + 3_000) / 1000));
    site.org.faults.push({ status: 429, on: "GET /api/v1/logs", headers: { "x-rate-limit-reset": reset } });
    expect(await site.look()).toMatchObject({ outcome: "looked", recorded: 1 });
  });

  it("is too slow for a whole page: it is asked for half of it", async () => {
    await site.look();
    await site.happen(
      Array.from({ length: 300 }, (_, index) => `event-${index}`),
      { delivered: false },
    );
    site.org.log.slowAbove = 130;
    expect(await site.look(HOUR)).toMatchObject({ recorded: 300, state: { problem: null } });
  });

  describe("whose pages have 150 MB", () => {
    const MB = new Uint8Array(1_000_000).fill(0x20);
    let readMb: number[];
    let limits: number[];
    const heavyAbove =
      (most: number): typeof fetch =>
      async (input, init) => {
        const url = new URL(String(input));
        const limit = Number(url.searchParams.get("limit"));
        if (url.pathname !== "/api/v1/logs") return fetch(input, init);
        limits.push(limit);
        if (limit <= most) return fetch(input, init);
        const page = readMb.push(0) - 1;
        const body = new ReadableStream({
          pull(controller) {
            readMb[page] = (readMb[page] ?? 0) + 1;
            controller.enqueue(MB);
            if (readMb[page] === 150) controller.close();
          },
        });
        return new Response(body, { headers: { "content-type": "application/json" } });
      };
    beforeEach(async () => {
      readMb = [];
      limits = [];
      await site.look();
      await site.happen(["missed"], { delivered: false });
    });

    it("is asked for half, until it fits, and no more than 16 MiB are read of each", async () => {
      expect(await site.look(HOUR, { fetch: heavyAbove(62) })).toMatchObject({ recorded: 1 });
      expect(limits).toEqual([1000, 500, 250, 125, 62, 124, 62]);
      expect(Math.max(...readMb)).toBeLessThan(20);
    });

    it("and those of one event too: a sentence, and nothing is passed over", async () => {
      const { outcome, state } = await site.look(HOUR, { fetch: heavyAbove(0) });
      expect(outcome).toBe("stopped");
      expect(state.problem).toMatchObject({
        kind: "too-large",
        sentence: expect.stringMatching(/sent more than 16 MiB in one answer: the rest was not read\.$/),
      });
      expect(limits.at(-1)).toBe(1);
      expect(await site.look(HOUR)).toMatchObject({ recorded: 1, state: { problem: null } });
    });
  });

  it.for(["2099-01-01", "2001-01-01"])(
    "answers with a date of %s: nothing is read by it, a sentence says so, and the next look goes on",
    async (day) => {
      await site.look();
      await site.happen(["missed"], { delivered: false });
      const date = new Date(`${day}T00:00:00Z`).toUTCString();
      for (const on of ["GET /api/v1/logs", "GET /api/v1/eventHooks"]) {
        const link = `<${site.org.url}/api/v1/logs?after=x>; rel="next"`;
        site.org.faults.push({ status: 200, on, body: "[]", headers: { date, link } });
        const { outcome, state } = await site.look(HOUR);
        expect(outcome).toBe("stopped");
        expect(state.problem).toMatchObject({ kind: "clock", sentence: expect.stringContaining(day) });
      }
      expect(await site.look(HOUR)).toMatchObject({ recorded: 1, state: { problem: null } });
    },
  );

  it("names itself as the next page for ever: the look ends", async () => {
    await site.look();
    await site.happen(["missed"], { delivered: false });
    await site.work.clock.advance(HOUR);
    const self = {
      status: 200,
      body: "[]",
      headers: { link: `<${site.org.url}/api/v1/logs?after=x>; rel="next"` },
    };
    site.org.failLog = () => self;
    site.org.requests.length = 0;
    await site.look();
    expect(site.org.requests).toHaveLength(3);
  });

  it("does not let the app sign in: a sentence, and the cursor stays", async () => {
    await site.look();
    await site.happen(["missed"], { delivered: false });
    site.org.faults.push({ status: 401, on: "POST /oauth2/v1/token", body: '{"error":"invalid_client"}' });
    const failed = await site.look(HOUR);
    expect(failed.state.problem).toMatchObject({
      kind: "unauthorized",
      sentence: expect.stringContaining("does not let the service app sign in"),
    });
    expect(await site.look(HOUR)).toMatchObject({ recorded: 1 });
  });

  it("does not let the app sign in at first: nothing was compared before it did", async () => {
    site.org.faults.push({ status: 401, on: "POST /oauth2/v1/token", body: '{"error":"invalid_client"}' });
    expect(await site.look()).toMatchObject({ outcome: "stopped" });
    await site.happen(["before"], { delivered: false });
    const began = await site.look(3 * HOUR);
    expect(began).toMatchObject({ outcome: "began", recorded: 0 });
    expect(began.state.comparedFrom).toBe(new Date(site.work.clock.now()).toISOString());
    expect((await site.look(HOUR)).state.comparedFrom).toBe(began.state.comparedFrom);
  });

  it("does not grant the scope for the log: the sentence names it", async () => {
    await another({ app: { scopes: ["okta.users.read"] } });
    const { state } = await site.look();
    expect(state.problem?.sentence).toContain("grant it okta.eventHooks.read and okta.logs.read");
  });

  it.for([
    ["ahead", HOUR],
    ["behind", -HOUR],
  ] as const)(
    "has another time than a clock that is an hour %s: Okta's counts, and it is said",
    async ([word, clockErrorMs]) => {
      await site.look(0, { clockErrorMs });
      await site.happen(["young", "younger"], { delivered: false });
      const early = await site.look(4 * MINUTE, { clockErrorMs });
      expect(early.recorded).toBe(0);
      expect(early.state.problem?.sentence).toContain(`This machine's clock is 60 minutes ${word}`);
      expect(await site.look(HOUR, { clockErrorMs })).toMatchObject({ recorded: 2 });
    },
  );

  it("has an event without a uuid: it is kept raw, once, and the others are recorded", async () => {
    await site.look();
    const published = new Date(site.work.clock.now()).toISOString();
    site.org.log.push({ published, eventType: "user.lifecycle.create", note: "nameless" });
    await site.happen(["missed"], { delivered: false });
    expect(await site.look(HOUR)).toMatchObject({ recorded: 1, unreadable: 1 });
    await site.look(HOUR);
    expect(await site.work.sql("select unreadable from deliveries")).toMatchObject([
      { unreadable: expect.stringContaining("nameless") },
    ]);
  });

  it("is another org than before: the new one begins with now, and keeps a ledger of its own", async () => {
    await site.look();
    await site.happen(["one"], { delivered: false });
    await site.look(2 * HOUR);
    await using other = await startOrg({ serviceApp });
    other.log.now = () => site.work.clock.now();
    const published = () => new Date(site.work.clock.now()).toISOString();
    other.log.push(makeEvent("its-past", { published: published() }));
    await site.work.clock.advance(MINUTE);
    expect(await site.look(0, { orgUrl: other.url })).toMatchObject({ outcome: "began" });
    other.log.push(makeEvent("its-own", { published: published() }));
    await site.look(2 * HOUR, { orgUrl: other.url });
    await site.happen(["two"], { delivered: false });
    await site.look(2 * HOUR);
    expect(await site.stored()).toEqual(["its-own", "one", "two"]);
    expect(await ledger()).toMatchObject({ inLog: 2, missed: 2 });
    expect(await site.work.sql("select count(*)::int as count from catch_up")).toEqual([{ count: 2 }]);
  });

  it("is not the org whose hook delivers here: a sentence, and nothing of it is fetched or handled", async () => {
    await site.happen(["delivered"]);
    await using other = await startOrg({ serviceApp });
    other.log.now = () => site.work.clock.now();
    const { state } = await site.look(0, { orgUrl: other.url });
    expect(state.problem?.sentence).toMatch(
      /^Deliveries came from the event hook whoexample, and .* has none that leads here: is OKTA_ORG_URL another org's/,
    );
    other.log.push(makeEvent("its-own", { published: new Date(site.work.clock.now()).toISOString() }));
    await site.look(HOUR, { orgUrl: other.url });
    expect(await site.stored()).toEqual(["delivered"]);
  });
});
