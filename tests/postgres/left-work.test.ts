/**
 * Each way in which work can be left, and when it is found at the latest: the rows of the table in netlify/decisions.md, each tried by
 * failing at that very point. A failed test is repeated with its seed: `LEFT_WORK_SEED=… npx vitest run tests/postgres/left-work.test.ts`.
 */
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DatabaseError } from "../../netlify/events/database/database-error.ts";
import { type StandInOrg, startOrg } from "../okta/stand-in/start-org.ts";
import { makeEvent } from "../support/deliveries.ts";
import { type DeployedSite, deploySite, MINUTE_MS } from "../support/deployed-site.ts";
import { randomFrom } from "../support/killed/random.ts";
import { listen } from "../support/listen.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

let postgres: Postgres;
let url: string;
let site: DeployedSite;
let org: StandInOrg | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  const seed = Number(process.env.LEFT_WORK_SEED ?? Math.floor(Math.random() * 1_000_000));
  console.info(`seed ${seed}`);
  site = await deploySite(url);
  // A site that has been looked at: nothing but what a test leaves makes the sweep look again.
  await site.sweep();
  await site.sweepUntil(() => false, { withinMs: 10 * MINUTE_MS });
  // At any time between two sweeps.
  await site.advance(randomFrom(seed)(5 * MINUTE_MS));
  expect(await site.sweep()).toEqual({ outcome: "asleep" });
});
afterEach(async () => {
  await site.close();
  await org?.[Symbol.asyncDispose]();
  expect(org?.violations ?? []).toEqual([]);
  org = undefined;
});
afterAll(() => postgres.destroy());

/** At the n-th statement from now on. */
function atStatement(number: number, happens: (run: () => Promise<void>) => Promise<void>): void {
  let statements = 0;
  site.statement = async (run) => {
    statements += 1;
    await (statements === number ? happens(run) : run());
  };
}

/** The next instance is as good as any. */
function allIsWell(): void {
  site.statement = (run) => run();
  site.blobsFault = () => undefined;
  site.handle = () => {};
}

const isHandled = (uuid: string) => () => site.handled.has(uuid);

async function expectHandled(uuid: string, withinMs: number): Promise<void> {
  expect(await site.sweepUntil(isHandled(uuid), { withinMs })).toBe(true);
}

/** Blobs take nothing. */
function refuseWrites(): void {
  site.blobsFault = (method) => (method.toLowerCase() === "put" ? 500 : undefined);
}

/** The site gets an org, whose System Log it reads. */
async function useOrg(): Promise<void> {
  org = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.read", "okta.logs.read"],
      now: () => site.work.clock.now(),
    },
  });
  org.log.now = () => site.work.clock.now();
  await site.close();
  site = await deploySite(url, {
    OKTA_ORG_URL: org.url,
    OKTA_CLIENT_ID: "0oaApp",
    OKTA_PRIVATE_KEY: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  });
  await site.sweep();
  await site.advance(20 * MINUTE_MS);
}

/** An event that Okta does not deliver. */
async function miss(uuid: string): Promise<void> {
  const published = new Date(site.work.clock.now()).toISOString();
  await org?.emit([makeEvent(uuid, { published })], { deliver: false });
}

/** When the run that failed is due again, in milliseconds since 1970. */
async function retryDueAt(): Promise<number> {
  const [row] = await site.work.sql<{ at: number }>(
    "select (extract(epoch from min(due_at)) * 1000)::float8 as at from runs where state = 'waiting' and failing_since is not null",
  );
  return row?.at ?? Number.NaN;
}

/** A retry that is due later than its instance lives. */
async function failUntilLater(uuid: string): Promise<void> {
  site.handle = () => {
    throw new Error("not now");
  };
  expect(await site.deliver(uuid)).toBe(204);
}

/** Each way of the table, with a test that goes it. It is given the time in which the work has to be found. */
const ways: Readonly<Record<string, (withinMs: number) => Promise<void>>> = {
  async "the process dies after it recorded, before it queued"(withinMs) {
    atStatement(1, async (run) => {
      await run();
      await site.die();
    });
    expect(await site.deliver("event-1")).toBe("died");
    allIsWell();

    await expectHandled("event-1", withinMs);
  },

  async "a delivery is answered 503, and recorded all the same"(withinMs) {
    await withClient(url, async (client) => {
      await client.query("begin; lock table events in exclusive mode");
      expect(await site.deliver("event-1")).toBe(503);
      await client.query("commit");
    });

    await expectHandled("event-1", withinMs);
  },

  async "the process dies in a try"(withinMs) {
    site.handle = () => site.die();
    expect(await site.deliver("event-1")).toBe("died");
    allIsWell();

    await expectHandled("event-1", withinMs);
  },

  async "a try fails, and the next is due later"(withinMs) {
    await failUntilLater("event-1");
    const dueAt = await retryDueAt();
    expect(dueAt).toBeGreaterThan(site.work.clock.now());
    allIsWell();

    await expectHandled("event-1", dueAt - site.work.clock.now() + withinMs);
    expect(site.handled.get("event-1")).toBeGreaterThanOrEqual(dueAt);
  },

  async "more is due than an invocation has time for"(withinMs) {
    site.handle = () => site.advance(9_000);
    for (let event = 0; event < 12; event += 1) await site.work.record(`event-${event}`);
    await site.advance(2 * MINUTE_MS);
    expect(await site.deliver("event-12")).toBe(204);
    expect(site.handled.size).toBeLessThan(13);
    allIsWell();

    expect(await site.sweepUntil(() => site.handled.size === 13, { withinMs })).toBe(true);
  },

  async "a call of the API dies after it queued: a replay, say"(withinMs) {
    expect(await site.deliver("event-1")).toBe(204);
    await site.sweepUntil(() => false, { withinMs: 10 * MINUTE_MS });
    const before = site.work.clock.now();
    site.handle = () => site.die();
    expect(await site.call("POST", "events/event-1/replay", {})).toBe("died");
    allIsWell();

    const isReplayed = () => (site.handled.get("event-1") ?? 0) > before;
    expect(await site.sweepUntil(isReplayed, { withinMs })).toBe(true);
  },

  async "an old production deploy records: it runs nothing"(withinMs) {
    expect(await site.deliver("event-1", { published: false })).toBe(204);

    await expectHandled("event-1", withinMs);
  },

  async "the handlers do not load"(withinMs) {
    site.handlersLoad = false;
    site.nextDeploy();
    expect(await site.deliver("event-1")).toBe(204);
    // It wakes the database once, to store the alert.
    await site.sweepUntil(() => false, { withinMs: 5 * MINUTE_MS });
    let statements = 0;
    site.statement = async (run) => {
      statements += 1;
      await run();
    };
    await site.sweepUntil(() => false, { withinMs: HOUR_MS });
    expect([site.handled.size, statements]).toEqual([0, 0]);
    site.handlersLoad = true;
    site.nextDeploy();

    await expectHandled("event-1", withinMs);
  },

  async "the sweep dies at its work"(withinMs) {
    await failUntilLater("event-1");
    let isDead = false;
    site.handle = () => {
      isDead = true;
      return site.die();
    };
    expect(await site.sweepUntil(() => isDead, { withinMs: 10 * MINUTE_MS })).toBe(true);
    allIsWell();

    await expectHandled("event-1", withinMs);
  },

  async "the database fails the sweep, or is too slow for it"(withinMs) {
    await failUntilLater("event-1");
    await site.advance((await retryDueAt()) + 1_000 - site.work.clock.now());
    allIsWell();
    site.statement = () => Promise.reject(new DatabaseError("ECONNREFUSED"));
    expect(await site.sweep()).toEqual({ outcome: "interrupted" });
    allIsWell();

    await expectHandled("event-1", withinMs);
  },

  async "catch-up fetched it, and its sweep dies"(withinMs) {
    await useOrg();
    await miss("event-1");
    let diedAt = 0;
    site.statement = async (run, { text }) => {
      await run();
      if (!text.includes("record_delivery")) return;
      diedAt = site.work.clock.now();
      await site.die();
    };
    await site.sweepUntil(() => diedAt > 0, { withinMs: HOUR_MS + 5 * MINUTE_MS });
    expect(diedAt).toBeGreaterThan(0);
    allIsWell();

    await expectHandled("event-1", withinMs);
  },

  async "Netlify Blobs refuse a call's first write, and its try fails"(withinMs) {
    let refused = 0;
    site.blobsFault = (method) => {
      if (method.toLowerCase() !== "put" || refused > 0) return undefined;
      refused += 1;
      return 500;
    };
    await failUntilLater("event-1");
    const dueAt = await retryDueAt();
    allIsWell();

    await expectHandled("event-1", dueAt - site.work.clock.now() + withinMs);
    expect(refused).toBe(1);
  },

  async "Netlify Blobs refuse a call both its writes, or it dies before the first arrives"(withinMs) {
    refuseWrites();
    await failUntilLater("event-1");
    allIsWell();

    await expectHandled("event-1", withinMs);

    refuseWrites();
    atStatement(2, () => site.die());
    expect(await site.deliver("event-2")).toBe("died");
    allIsWell();
    await site.advance(2 * MINUTE_MS);
    await site.deliver("event-3");
    expect(site.handled.has("event-2")).toBe(true);
  },

  async "Netlify Blobs refuse the sweep its writes"(withinMs) {
    refuseWrites();
    await failUntilLater("event-1");
    const dueAt = await retryDueAt();
    allIsWell();
    await site.deliver("event-2", { published: false });
    refuseWrites();
    await site.sweepUntil(() => false, { withinMs: 5 * MINUTE_MS });
    allIsWell();

    await expectHandled("event-1", Math.max(0, dueAt - site.work.clock.now()) + withinMs);
  },

  async "Netlify Blobs cannot be read"(withinMs) {
    refuseWrites();
    await failUntilLater("event-1");
    const dueAt = await retryDueAt();
    allIsWell();
    site.blobsFault = () => 500;

    await expectHandled("event-1", dueAt - site.work.clock.now() + withinMs);
  },

  async "the clock of a sweep was ahead"(withinMs) {
    site.clockErrorMs = 30 * DAY_MS;
    await site.advance(5 * MINUTE_MS);
    expect(await site.sweep()).toMatchObject({ outcome: "swept" });
    site.clockErrorMs = 0;
    refuseWrites();
    atStatement(2, () => site.die());
    await site.advance(5 * MINUTE_MS);
    expect(await site.deliver("event-1")).toBe("died");
    allIsWell();

    await expectHandled("event-1", withinMs);
  },
};

describe("work is found, as the table of netlify/decisions.md says, where", () => {
  it.for(readTable())("%s: within %s", { timeout: 120_000 }, async ([way, limit]) => {
    const [, minutes] = /^(\d+) minutes/.exec(limit) ?? [];
    const withinMs = limit === "a day" ? DAY_MS : Number(minutes) * MINUTE_MS;
    await ways[way]?.(withinMs);
    expect.hasAssertions();
  });

  it("is tried for each row, and no other", () => {
    expect(Object.keys(ways)).toEqual(readTable().map(([way]) => way));
  });
});

/** The table's rows. */
function readTable(): [way: string, limit: string][] {
  const text = readFileSync(resolve(import.meta.dirname, "../../netlify/decisions.md"), "utf8");
  const table = text.slice(text.indexOf("| work is left where |")).split("\n\n", 1)[0] ?? "";
  return table
    .split("\n")
    .slice(2)
    .map((row) => {
      const [, way = "", , limit = ""] = row.split("|").map((cell) => cell.trim());
      return [way, limit];
    });
}

describe("an alert", () => {
  /** The status that the address answers. */
  let status: number;
  let address: Awaited<ReturnType<typeof listen>>;

  /** The site gets an address to send alerts to, and a handler that is not tried again. */
  async function useAddress(): Promise<void> {
    status = 204;
    address = await listen((_, response) => void response.writeHead(status).end());
    await site.close();
    const variables = { ALERT_URL: address.url, ALERT_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz" };
    site = await deploySite(url, variables, 0);
    await site.sweep();
    await site.advance(20 * MINUTE_MS);
  }

  const isSent = (text: string) => () => address.calls.some(({ body }) => body.includes(text));

  it("says within five minutes that a delivery could not be stored, though no other work is left", async () => {
    await useAddress();
    site.statement = () => Promise.reject(new DatabaseError("ECONNREFUSED"));
    expect(await site.deliver("event-1")).toBe(503);

    const says = isSent("The database does not answer as it should (ECONNREFUSED)");
    expect(await site.sweepUntil(says, { withinMs: 5 * MINUTE_MS })).toBe(true);
  });

  it("that the address did not take after a call of the API is sent within five minutes of its next try", async () => {
    await useAddress();
    await failUntilLater("event-1");
    expect(isSent("greet-new-user failed for the last time")()).toBe(true);
    await site.sweepUntil(() => false, { withinMs: 15 * MINUTE_MS });
    status = 500;
    expect(await site.call("DELETE", "failing", { all: true })).toBe(200);
    const refused = address.calls.length;
    status = 204;

    const isSentAgain = () => address.calls.length > refused;
    expect(await site.sweepUntil(isSentAgain, { withinMs: 10 * MINUTE_MS })).toBe(true);
    expect(String(address.calls.at(-1)?.body)).toContain("Resolved: greet-new-user failed");
  });
});

describe("a sweep", () => {
  beforeEach(() => useOrg());

  it("runs what catch-up fetched, though Netlify Blobs refuse every write", async () => {
    await miss("event-1");
    refuseWrites();

    await expectHandled("event-1", HOUR_MS);
  });

  it.for([1_000, 2_000])("at %d ms a statement runs what is due, and ends in its time", async (ms) => {
    await failUntilLater("event-1");
    allIsWell();
    await miss("event-2");
    await site.work.record("event-3");
    // Everything that a sweep may have to do is due: catch-up and upkeep too.
    await site.advance(25 * HOUR_MS);
    site.statement = async (run, { timeoutMs }) => {
      await site.advance(Math.min(ms, timeoutMs));
      if (timeoutMs < ms) throw new DatabaseError("TIMEOUT");
      await run();
    };
    const begunAt = site.work.clock.now();

    await site.sweep();

    expect(site.work.clock.now() - begunAt).toBeLessThan(29_000);
    expect(site.handled.has("event-1")).toBe(true);
    const isAllHandled = () => site.handled.size === 3;
    expect(await site.sweepUntil(isAllHandled, { withinMs: 15 * MINUTE_MS })).toBe(true);
  });
});
