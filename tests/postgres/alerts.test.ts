/** Alerts over a real store, to an address that is as bad as addresses are. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listAlerts, listMessages, updateAlerts } from "../../netlify/alerts/alert-store.ts";
import { type Condition, condition } from "../../netlify/alerts/condition.ts";
import { alertOnDatabaseFailure } from "../../netlify/alerts/database-alert.ts";
import { type AlertContext, keyOfAlerts, runAlerts } from "../../netlify/alerts/run-alerts.ts";
import { sendAlerts } from "../../netlify/alerts/send-alerts.ts";
import { DatabaseError } from "../../netlify/events/database/database-error.ts";
import { pauseHandler, resumeHandler } from "../../netlify/events/work/queue/pause-handler.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { type AlertSettings, readAlertSettings } from "../../netlify/settings/alert-settings.ts";
import { addRuns } from "../support/add-runs.ts";
import { makeEvent } from "../support/deliveries.ts";
import { madeBlobCache } from "../support/made-blob-cache.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const HOUR = 3_600_000;
const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

/** An address that alerts are sent to. */
interface Receiver {
  readonly url: string;
  readonly received: { readonly headers: Record<string, string>; readonly body: string }[];
  /** What it answers; 0: nothing. */
  status: number;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: "", received: [], status: 204, close: async () => {} };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (receiver.status === 0) return;
    if (receiver.status < 300) {
      receiver.received.push({
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString(),
      });
    }
    response.writeHead(receiver.status, { location: "https://elsewhere.example/" }).end("a".repeat(100_000));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

let postgres: Postgres;
let databaseUrl: string;
let work: MadeWork;
let receiver: Receiver;
let cached: Map<string, string>;

const fails = defineHandler({
  name: "greet",
  on: "user.lifecycle.create",
  retries: 0,
  circuit: false,
  handle({ uuid }) {
    throw new TypeError(`no chat for jane@example.com in event ${uuid}`);
  },
});

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
});
beforeEach(async () => {
  work = await makeWork(databaseUrl, [fails]);
  await work.sql("truncate alerts, alert_messages, ledger_hours");
  receiver = await startReceiver();
  cached = new Map();
});
afterEach(async () => {
  await receiver.close();
  await work.close();
});
afterAll(() => postgres.destroy());

const settings = (): AlertSettings => ({
  url: receiver.url,
  kind: "webhook",
  key: Buffer.from(secret.slice(6), "base64"),
});
const texts = () => receiver.received.map(({ body }): string => JSON.parse(body).data.text);

function alerting(
  variables: Record<string, string> = { ALERT_URL: receiver.url, ALERT_SECRET: secret },
): AlertContext {
  const all: Record<string, string> = { OKTA_ORG_URL: "https://acme.okta.com", ...variables };
  return {
    environment: (name) => all[name],
    database: work.database,
    cache: madeBlobCache(cached),
    clock: work.clock,
    fetch,
    handlers: work.handlers,
    codeLoads: true,
    deadline: work.clock.now() + 20_000,
  };
}

/** @returns when an alert is due next, in milliseconds since 1970 */
const sweep = (variables?: Record<string, string>) => runAlerts(alerting(variables), []);

async function dieOf(...uuids: string[]): Promise<void> {
  await queueEvents(work, await work.record(...uuids));
  await runDueWork(work, { deadline: soon(work) });
}

describe("an alert", () => {
  it("of a hundred dead letters that failed alike is one message, without the error's text", async () => {
    await dieOf(...Array.from({ length: 100 }, (_, index) => `event-${index}`));
    await sweep();
    await sweep();
    expect(texts()).toEqual([
      "greet failed for the last time on 100 events (user.lifecycle.create), with a TypeError.\n→ npm run hook -- dead lists them; npm run hook -- replay --dead runs them again",
    ]);
    expect(receiver.received[0]?.body).not.toContain("jane");
  });

  it("is told when it begins and when it is over, and once a day in between", async () => {
    await dieOf("event-1");
    await sweep();
    for (let hour = 0; hour < 25; hour += 1) {
      await work.clock.advance(HOUR);
      await sweep();
    }
    await work.sql("delete from runs");
    await sweep();
    await sweep();
    expect(texts().map((text) => text.split(" ")[0])).toEqual(["greet", "Still:", "Resolved:"]);
    expect(await listAlerts(work.database)).toEqual([]);
  });

  it("is told once, however many instances see it", async () => {
    await dieOf("event-1");
    const siblings = await Promise.all([1, 2, 3, 4].map(() => work.sibling()));
    await Promise.all(
      siblings.map((sibling) => runAlerts({ ...alerting(), database: sibling.database }, [])),
    );
    await Promise.all(siblings.map((sibling) => sibling.close()));
    expect(receiver.received).toHaveLength(1);
  });

  it("that nobody heard of is not taken back", async () => {
    receiver.status = 500;
    await dieOf("event-1");
    await sweep();
    await work.sql("delete from runs");
    receiver.status = 204;
    await work.clock.advance(HOUR);
    await sweep();
    expect(receiver.received).toEqual([]);
    expect(await work.sql("select id from alerts")).toEqual([]);
  });

  it("that is over before its beginning has arrived is told to be over", async () => {
    const found = [condition("hook", "", "the hook is UNVERIFIED", null)];
    await updateAlerts(work.database, found, ["hook"], new Date(work.clock.now()));
    const sending = { ...alerting(), settings: settings(), siteUrl: undefined };
    const meanwhile: typeof fetch = async (input, init) => {
      await work.clock.advance(1_000);
      await updateAlerts(work.database, [], ["hook"], new Date(work.clock.now()));
      return await fetch(input, init);
    };
    await sendAlerts({ ...sending, fetch: meanwhile });
    await sendAlerts(sending);
    expect(texts()).toEqual(["the hook is UNVERIFIED", "Resolved: the hook is UNVERIFIED"]);
    expect(await work.sql("select id from alerts")).toEqual([]);
  });

  it("is signed as the Standard Webhooks are, with an id that stays the same when it is sent again", async () => {
    const now = Date.now();
    const clock = { ...work.clock, now: () => now };
    const wrong: Condition = condition("hook", "", "the hook is UNVERIFIED", "verify it");
    await updateAlerts(work.database, [wrong], ["hook"], new Date(now));
    const send = () =>
      sendAlerts({
        database: work.database,
        settings: settings(),
        clock,
        fetch,
        siteUrl: "https://site.example",
        deadline: now + 9_000,
      });
    await send();
    await work.sql("update alerts set notified_at = null");
    await send();
    const [first, second] = receiver.received;
    const verified = new Webhook(secret).verify(first?.body ?? "", first?.headers ?? {});
    expect(verified).toMatchObject({
      type: "alert.firing",
      data: { kind: "hook", sentence: "the hook is UNVERIFIED", fix: "verify it", site: "site.example" },
    });
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(() => new Webhook(secret).verify(`${first?.body} `, first?.headers ?? {})).toThrow();
  });
});

describe("a handler that fails", () => {
  const MINUTE = 60_000;
  /** Fails while `down`, for everybody, and says so with a name in it. */
  let down = true;
  const offboard = defineHandler({
    name: "offboard-user",
    on: "user.lifecycle.create",
    handle(event) {
      if (down) throw new Error(`HR answered 503 for ${event.target?.[0]?.displayName} (jane@example.com)`);
    },
  });
  let failing: MadeWork;
  beforeEach(async () => {
    down = true;
    failing = { ...work, handlers: [offboard] };
  });

  const fail = async (...uuids: string[]) => {
    await queueEvents(failing, await failing.record(...uuids));
    await runDueWork(failing, { deadline: soon(failing), waitForRetryMs: 0 });
  };
  const retry = async () => {
    await failing.sql("update runs set due_at = runs_now() where state = 'waiting'");
    await failing.sql("update handlers set next_probe_at = runs_now()");
    await runDueWork(failing, { deadline: soon(failing), waitForRetryMs: 0 });
  };
  const look = () => runAlerts({ ...alerting(), handlers: [offboard] }, []);

  it("is told once it has failed for ten minutes: since when, how many wait, and how, without people's data", async () => {
    await fail("event-1", "event-2");
    const began = failing.clock.now();
    expect(await look()).toBe(began + 10 * MINUTE);
    expect(texts()).toEqual([]);

    await failing.clock.advance(10 * MINUTE);
    await look();

    const time = new Date(began).toISOString().slice(11, 16);
    expect(texts()).toEqual([
      `offboard-user: failing since ${time} UTC, 2 runs wait, "HR answered 503 for … (…)".\n→ npm run hook -- replay --retrying --handler offboard-user tries all now; npm run hook -- pause offboard-user stops it`,
    ]);
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      type: "alert.firing",
      data: { kind: "handler", handler: "offboard-user", since: new Date(began).toISOString() },
    });
  });

  it("is told at once where its circuit is open", async () => {
    await fail(...Array.from({ length: 20 }, (_, index) => `event-${index}`));
    await look();
    expect(texts()).toEqual([expect.stringContaining("20 runs wait")]);
  });

  it("is told once, however many instances look, and after a restart too", async () => {
    await fail("event-1");
    await failing.clock.advance(10 * MINUTE);
    const siblings = await Promise.all([1, 2, 3].map(() => failing.sibling()));
    await Promise.all(
      siblings.map(({ database }) => runAlerts({ ...alerting(), handlers: [offboard], database }, [])),
    );
    await Promise.all(siblings.map((sibling) => sibling.close()));
    await failing.clock.advance(2 * HOUR);
    await look();
    expect(receiver.received).toHaveLength(1);
  });

  it("is told to succeed again: after how long, and how many have caught up", async () => {
    await fail("event-1", "event-2", "event-3");
    await failing.clock.advance(12 * MINUTE);
    await look();
    await failing.clock.advance(30 * MINUTE);
    down = false;
    await retry();
    await failing.clock.advance(40 * MINUTE);
    await look();
    expect(texts().slice(1)).toEqual([
      "Resolved: offboard-user succeeds again, after 82 min. Of 3 runs that waited, 3 have caught up.",
    ]);
    expect(await failing.sql("select id from alerts")).toEqual([]);
  });

  it("by turns with successes is one message an hour", async () => {
    for (let turn = 0; turn < 36; turn += 1) {
      down = turn % 2 === 0;
      if (down) await fail(`event-${turn}`);
      else await retry();
      await failing.clock.advance(11 * MINUTE);
      await look();
    }
    const told = texts();
    expect(told.length).toBeGreaterThan(2);
    expect(told.length).toBeLessThanOrEqual(7);
  });

  it("is not told while it is paused, nor when it is no handler any more", async () => {
    await fail("event-1");
    await failing.clock.advance(HOUR);
    await pauseHandler(failing.database, "offboard-user", new Date(failing.clock.now()));
    await look();
    await resumeHandler(failing.database, "offboard-user");
    await runAlerts({ ...alerting(), handlers: [] }, []);
    expect(texts()).toEqual([]);
    await look();
    expect(texts()).toHaveLength(1);
  });
});

describe("dead letters", () => {
  it("whose errors differ by a name are one message, and over when none is left", async () => {
    const names = Array.from(
      { length: 32 },
      (_, index) => `${String.fromCharCode(65 + (index % 26))}${"aeiou"[index % 5]}lena`,
    );
    const handler = defineHandler({
      name: "greet",
      on: "user.lifecycle.create",
      retries: 0,
      circuit: false,
      handle(event) {
        throw new Error(`no mailbox for ${event.target?.[0]?.displayName}`);
      },
    });
    const named = { ...work, handlers: [handler] };
    const look = () => runAlerts({ ...alerting(), handlers: [handler] }, []);
    for (const [index, name] of names.entries()) {
      const event = makeEvent(`event-${index}`);
      const target = [
        { id: `00u${index}`, type: "User", alternateId: `${index}@example.com`, displayName: name },
      ];
      await queueEvents(named, await named.record({ ...event, target }));
      await runDueWork(named, { deadline: soon(named) });
      await work.clock.advance(1_000);
      await look();
    }
    expect(texts()).toHaveLength(1);
    await work.sql("delete from runs where event_uuid <> 'event-31'");
    await look();
    expect(texts()).toHaveLength(1);
    await work.sql("delete from runs");
    await look();
    expect(texts()).toEqual([expect.any(String), expect.stringMatching(/^Resolved: greet failed/)]);
  });

  it("are not over because of ten thousand newer ones of another handler", async () => {
    const letters = (handler: string, count: number, error: (index: number) => string, at: string) =>
      addRuns(
        Array.from({ length: count }, (_, index) => ({
          uuid: `${handler}-${index}`,
          handler,
          state: "dead" as const,
          failures: 1,
          error: error(index),
          at,
        })),
      );
    const kinds = "abcdefgh".split("");
    await work.sql(
      ...letters("greet", kinds.length, (index) => `Error: ${kinds[index]}`, "2026-11-24T08:00:00Z"),
    );
    await sweep();
    expect(texts()).toHaveLength(kinds.length);
    await work.sql(...letters("audit", 10_000, () => "Error: disk full", "2026-11-24T09:00:00Z"));
    // And others in a hundred ways.
    await work.sql(...letters("sync", 100, (index) => `Error: way ${index}`, "2026-11-24T09:00:00Z"));
    for (let round = 0; round < 4; round += 1) {
      await work.clock.advance(60_000);
      await sweep();
    }
    expect(texts().filter((text) => text.startsWith("Resolved"))).toEqual([]);
    expect(texts()).toHaveLength(11);
  });
});

it("code that does not load is told, and that it loads again", async () => {
  const broken = { ...alerting(), handlers: null, codeLoads: false };
  expect(keyOfAlerts(broken, [], "")).not.toBe(keyOfAlerts(alerting(), [], ""));
  await runAlerts(broken, []);
  await runAlerts(broken, []);
  await sweep();
  expect(texts().map((text) => text.split("\n")[0])).toEqual([
    "The handlers' code does not load, so none of them runs. Events are recorded and wait.",
    "Resolved: The handlers' code does not load, so none of them runs. Events are recorded and wait.",
  ]);
});

it("what was sent is listed: when, where to, and what came back", async () => {
  receiver.status = 500;
  await dieOf("event-1");
  await sweep();
  receiver.status = 204;
  await work.clock.advance(HOUR);
  await sweep();
  const { host } = new URL(receiver.url);
  expect(await listMessages(work.database)).toMatchObject([
    { phase: "firing", sentTo: host, problem: null, sentAt: new Date(work.clock.now()) },
    { phase: "firing", sentTo: host, problem: `${host} answered 500` },
  ]);
});

describe("an address", () => {
  it.for([
    ["is dead", "http://127.0.0.1:9/", /did not answer/],
    ["fails", 500, /answered 500/],
    ["redirects, which is not followed", 302, /answered 302/],
  ] as const)("that %s is tried again with backoff, and the page says so", async ([, how, problem]) => {
    if (typeof how === "number") receiver.status = how;
    const variables = { ALERT_URL: typeof how === "string" ? how : receiver.url, ALERT_SECRET: secret };
    await dieOf("event-1");
    const waits: number[] = [];
    for (let hour = 0; hour < 8; hour += 1) {
      const [before] = await listAlerts(work.database);
      const nextAt = await sweep(variables);
      const [alert] = await listAlerts(work.database);
      expect(nextAt).toBe(alert?.nextTryAt.getTime());
      if (nextAt !== before?.nextTryAt.getTime()) waits.push(((nextAt ?? 0) - work.clock.now()) / 60_000);
      expect(alert?.problem).toMatch(problem);
      await work.clock.advance(HOUR);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160]);
    receiver.status = 204;
    await work.clock.advance(3 * HOUR);
    await sweep();
    expect(receiver.received).toHaveLength(1);
    expect(await listAlerts(work.database)).toMatchObject([{ problem: null }]);
  });

  it("that never answers costs no more than its time", async () => {
    receiver.status = 0;
    await dieOf("event-1");
    const began = performance.now();
    const clock = { ...work.clock, now: () => Date.now() };
    await updateAlerts(
      work.database,
      [condition("hook", "", "one", null), condition("behind", "", "two", null)],
      [],
      new Date(0),
    );
    await sendAlerts({
      database: work.database,
      settings: settings(),
      clock,
      fetch,
      siteUrl: undefined,
      deadline: Date.now() + 800,
    });
    // Each call would have 5 s.
    expect(performance.now() - began).toBeLessThan(9_000);
  });

  it("that cannot be used is an alert on the page", async () => {
    await sweep({ ALERT_URL: receiver.url });
    expect(await listAlerts(work.database)).toMatchObject([
      { kind: "settings", sentence: expect.stringContaining("ALERT_SECRET must be set"), notifiedAt: null },
    ]);
  });

  it("of Slack or Teams is told in their words", async () => {
    const bodies: unknown[] = [];
    const record: typeof fetch = async (_, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return new Response("ok");
    };
    for (const url of [
      "https://hooks.slack.com/services/T/B/x",
      "https://acme.webhook.office.com/webhookb2/x",
    ]) {
      await work.sql("truncate alerts");
      const variables: Record<string, string> = { ALERT_URL: url };
      const read = readAlertSettings((name) => variables[name]);
      if (read === null) throw new Error("no address");
      await updateAlerts(
        work.database,
        [condition("hook", "", "a <b> & c [sign in](https://evil.example) **now**", "verify it")],
        [],
        new Date(work.clock.now()),
      );
      await sendAlerts({ ...alerting(), settings: read, fetch: record, siteUrl: undefined });
    }
    expect(bodies).toMatchObject([
      { text: "a &lt;b&gt; &amp; c [sign in](https://evil.example) **now**\n→ verify it" },
      {
        type: "message",
        attachments: [
          {
            content: {
              // Markdown counts in a TextBlock, and not here.
              body: ["a <b> & c [sign in](https://evil.example) **now**", "→ verify it"].map((text) => ({
                type: "RichTextBlock",
                inlines: [{ type: "TextRun", text }],
              })),
            },
          },
        ],
      },
    ]);
  });
});

describe("the sweep", () => {
  it("knows when a reminder is due, and that nothing is where nothing is wrong", async () => {
    expect(await sweep()).toBeNull();
    await dieOf("event-1");
    expect(await sweep()).toBe(work.clock.now() + 24 * HOUR);
  });

  it("tells an address that was set later of what is wrong already", async () => {
    await dieOf("event-1");
    await sweep({});
    expect(keyOfAlerts(alerting(), [], "")).not.toBe(keyOfAlerts(alerting({}), [], ""));
    await sweep();
    expect(texts()).toHaveLength(1);
  });

  it("tells of missed events, with their number", async () => {
    await work.sql("insert into ledger_hours (org, hour, missed) values ('acme.okta.com', now(), 7)");
    await sweep();
    expect(texts()[0]).toContain("Okta did not deliver 7 events of the last 24 hours; they were fetched");
  });

  it("does not say that the database is back without having asked it", async () => {
    await sweep();
    await alertOnDatabaseFailure(alerting(), new DatabaseError("ECONNREFUSED"));
    const database = { ...work.database, query: () => Promise.reject(new DatabaseError("ECONNREFUSED")) };

    const asked = runAlerts({ ...alerting(), database }, []);

    await expect(asked).rejects.toThrow("ECONNREFUSED");
    expect(texts().filter((text) => text.startsWith("Over"))).toEqual([]);
    await sweep();
    expect(texts().at(-1)).toBe("Resolved: the database answers again.");
  });

  it("does not take back what catch-up found when catch-up itself broke off", async () => {
    const found = [condition("hook", "", "the hook is UNVERIFIED", null)];
    await updateAlerts(work.database, found, ["hook"], new Date(work.clock.now()));
    await work.clock.advance(HOUR);
    await runAlerts(alerting(), undefined);
    expect(await listAlerts(work.database)).toMatchObject([{ kind: "hook" }]);
    await sweep();
    expect(await listAlerts(work.database)).toEqual([]);
  });

  it("does not take back what another instance noted while it was looking", async () => {
    const looking = work.clock.now();
    await work.clock.advance(1_000);
    await dieOf("event-1");
    await sweep();
    // It had asked for the dead letters before there was one.
    await updateAlerts(work.database, [], ["dead-letters"], new Date(looking));
    await sweep();
    expect(texts()).toHaveLength(1);
    expect(await listAlerts(work.database)).toHaveLength(1);
  });

  it("tells directly that the database is away, once an hour at most, and when it is back", async () => {
    const away = new DatabaseError("ECONNREFUSED");
    await alertOnDatabaseFailure(alerting(), away);
    await alertOnDatabaseFailure(alerting(), away);
    await work.clock.advance(HOUR);
    await alertOnDatabaseFailure(alerting(), away);
    await sweep();
    await sweep();
    expect(texts().map((text) => text.slice(0, 24))).toEqual([
      "The database does not an",
      "Still: The database does",
      "Resolved: the database a",
    ]);
  });

  it("tells once an hour that the database is away though nothing can be remembered", async () => {
    const forgetful = { ...madeBlobCache(new Map()), read: async () => undefined, write: async () => false };
    for (let minute = 0; minute < 120; minute += 5) {
      await alertOnDatabaseFailure({ ...alerting(), cache: forgetful }, new DatabaseError("ECONNREFUSED"));
      await work.clock.advance(5 * 60_000);
    }
    expect(texts()).toHaveLength(2);
  });

  it("tells that the database is away though a clock that was ahead told it in the future", async () => {
    const ahead = { ...work.clock, now: () => work.clock.now() + 30 * 24 * HOUR };
    await alertOnDatabaseFailure(
      { ...alerting(), clock: ahead, deadline: ahead.now() + 20_000 },
      new DatabaseError("A"),
    );
    await alertOnDatabaseFailure(alerting(), new DatabaseError("ECONNREFUSED"));
    expect(texts()).toHaveLength(2);
  });
});
