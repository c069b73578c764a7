/**
 * Each way in which work can be left, and when it is found at the latest: the rows of the table in netlify/decisions.md, each tried by
 * failing at that very point.
 */
import { generateKeyPairSync } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DatabaseError } from "../../netlify/events/database/database-error.ts";
import { type StandInOrg, startOrg } from "../okta/stand-in/start-org.ts";
import { makeEvent } from "../support/deliveries.ts";
import { type DeployedSite, deploySite, MINUTE_MS } from "../support/deployed-site.ts";
import { listen } from "../support/listen.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

let postgres: Postgres;
let url: string;
let site: DeployedSite;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  site = await deploySite(url);
  // A site that has been looked at: nothing but what a test leaves makes the sweep look again.
  await site.sweep();
  await site.sweepUntil(() => false, { withinMs: 10 * MINUTE_MS });
  await site.advance(MINUTE_MS);
  expect(await site.sweep()).toEqual({ outcome: "asleep" });
});
afterEach(() => site.close());
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

/** When the run that failed is due again, in milliseconds since 1970. */
async function retryDueAt(): Promise<number> {
  const [row] = await site.work.sql<{ at: number }>(
    "select (extract(epoch from min(start_after)) * 1000)::float8 as at from pgboss.job where state = 'retry'",
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

describe("what is left", () => {
  it("by a process that died between recording and queueing is found within ten minutes", async () => {
    atStatement(1, async (run) => {
      await run();
      await site.die();
    });
    expect(await site.deliver("event-1")).toBe("died");
    allIsWell();

    await expectHandled("event-1", 10 * MINUTE_MS);
  });

  it("by a delivery that was answered 503 and recorded all the same is found within ten minutes", async () => {
    await withClient(url, async (client) => {
      await client.query("begin; lock table events in exclusive mode");
      expect(await site.deliver("event-1")).toBe(503);
      await client.query("commit");
    });

    await expectHandled("event-1", 10 * MINUTE_MS);
  });

  it("by a process that died in a try is found within ten minutes", async () => {
    site.handle = () => site.die();
    expect(await site.deliver("event-1")).toBe("died");
    allIsWell();

    await expectHandled("event-1", 10 * MINUTE_MS);
  });

  it("by a try that failed is tried again within five minutes of being due", async () => {
    await failUntilLater("event-1");
    const dueAt = await retryDueAt();
    expect(dueAt).toBeGreaterThan(site.work.clock.now());
    allIsWell();

    await expectHandled("event-1", dueAt - site.work.clock.now() + 5 * MINUTE_MS);
    expect(site.handled.get("event-1")).toBeGreaterThanOrEqual(dueAt);
  });

  it("by a try that failed while Blobs refused a write is tried again within five minutes of being due", async () => {
    let refused = 0;
    site.blobsFault = (method) => {
      if (method.toLowerCase() !== "put" || refused > 0) return undefined;
      refused += 1;
      return 500;
    };
    await failUntilLater("event-1");
    const dueAt = await retryDueAt();
    allIsWell();

    await expectHandled("event-1", dueAt - site.work.clock.now() + 5 * MINUTE_MS);
    expect(refused).toBe(1);
  });

  it("where Blobs refused every write is found by the look of the day", async () => {
    site.blobsFault = (method) => (method.toLowerCase() === "put" ? 500 : undefined);
    await failUntilLater("event-1");
    allIsWell();

    await expectHandled("event-1", DAY_MS);
  });

  it("where Blobs refused every write is found by the next delivery to a new instance", async () => {
    site.blobsFault = (method) => (method.toLowerCase() === "put" ? 500 : undefined);
    atStatement(2, () => site.die());
    expect(await site.deliver("event-1")).toBe("died");
    allIsWell();
    await site.advance(2 * MINUTE_MS);

    await site.deliver("event-2");

    expect([...site.handled.keys()].toSorted()).toEqual(["event-1", "event-2"]);
  });

  it("by an old deploy, which records only, is found within ten minutes", async () => {
    expect(await site.deliver("event-1", { published: false })).toBe(204);

    await expectHandled("event-1", 10 * MINUTE_MS);
  });

  it("by a deploy whose handlers do not load is found within five minutes of the next deploy", async () => {
    site.handlersLoad = false;
    site.nextDeploy();
    expect(await site.deliver("event-1")).toBe(204);
    await site.sweepUntil(() => false, { withinMs: HOUR_MS });
    expect(site.handled.size).toBe(0);
    site.handlersLoad = true;
    site.nextDeploy();

    await expectHandled("event-1", 5 * MINUTE_MS);
  });

  it("by more work than an invocation has time for goes on within five minutes", async () => {
    site.handle = () => site.advance(9_000);
    for (let event = 0; event < 12; event += 1) await site.work.record(`event-${event}`);
    await site.advance(2 * MINUTE_MS);
    expect(await site.deliver("event-12")).toBe(204);
    expect(site.handled.size).toBeLessThan(13);
    allIsWell();

    expect(await site.sweepUntil(() => site.handled.size === 13, { withinMs: 5 * MINUTE_MS })).toBe(true);
  });

  it("by a replay whose process died is found within ten minutes", async () => {
    expect(await site.deliver("event-1")).toBe(204);
    await site.sweepUntil(() => false, { withinMs: 10 * MINUTE_MS });
    const before = site.work.clock.now();
    site.handle = () => site.die();
    expect(await site.call("events/event-1/replay", {})).toBe("died");
    allIsWell();

    const isReplayed = () => (site.handled.get("event-1") ?? 0) > before;
    expect(await site.sweepUntil(isReplayed, { withinMs: 10 * MINUTE_MS })).toBe(true);
  });

  it("by a sweep that died at its work is found by the next sweep that finds it free", async () => {
    await failUntilLater("event-1");
    site.handle = () => site.die();
    await site.advance((await retryDueAt()) + 1_000 - site.work.clock.now());
    expect(await site.sweep()).toEqual({ outcome: "died" });
    allIsWell();

    await expectHandled("event-1", 10 * MINUTE_MS);
  });

  it("by a sweep whose store failed is found by the next sweep", async () => {
    await failUntilLater("event-1");
    await site.advance((await retryDueAt()) + 1_000 - site.work.clock.now());
    allIsWell();
    site.statement = () => Promise.reject(new DatabaseError("ECONNREFUSED"));
    expect(await site.sweep()).toEqual({ outcome: "interrupted" });
    allIsWell();

    await expectHandled("event-1", 5 * MINUTE_MS);
  });

  it("where a sweep's clock was thirty days ahead is found as if it had been right", async () => {
    site.clockErrorMs = 30 * DAY_MS;
    await site.advance(5 * MINUTE_MS);
    expect(await site.sweep()).toMatchObject({ outcome: "swept" });
    site.clockErrorMs = 0;
    // Without a marker: by the look of the day alone.
    site.blobsFault = (method) => (method.toLowerCase() === "put" ? 500 : undefined);
    atStatement(2, () => site.die());
    await site.advance(5 * MINUTE_MS);
    expect(await site.deliver("event-1")).toBe("died");
    allIsWell();

    await expectHandled("event-1", DAY_MS);
  });
});

describe("a store that is down", () => {
  it("is told within five minutes of a delivery that could not be stored", async () => {
    const address = await listen((_, response) => void response.writeHead(204).end());
    await site.close();
    site = await deploySite(url, {
      ALERT_URL: address.url,
      ALERT_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
    });
    await site.sweep();
    await site.advance(HOUR_MS);
    site.statement = () => Promise.reject(new DatabaseError("ECONNREFUSED"));
    expect(await site.deliver("event-1")).toBe(503);

    expect(await site.sweepUntil(() => address.calls.length > 0, { withinMs: 5 * MINUTE_MS })).toBe(true);
    expect(String(address.calls[0]?.body)).toContain(
      "The database does not answer as it should (ECONNREFUSED)",
    );
  });
});

describe("with an org, whose System Log is read once an hour,", () => {
  let org: StandInOrg;

  beforeEach(async () => {
    await site.close();
    org = await startOrg({
      serviceApp: {
        clientId: "0oaApp",
        publicKey: publicKey.export({ format: "jwk" }),
        scopes: ["okta.eventHooks.read", "okta.logs.read"],
        now: () => site.work.clock.now(),
      },
    });
    org.log.now = () => site.work.clock.now();
    site = await deploySite(url, {
      OKTA_ORG_URL: org.url,
      OKTA_CLIENT_ID: "0oaApp",
      OKTA_PRIVATE_KEY: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    });
    await site.sweep();
    await site.advance(20 * MINUTE_MS);
  });
  afterEach(async () => {
    await org[Symbol.asyncDispose]();
    expect(org.violations).toEqual([]);
  });

  /** An event that Okta does not deliver. */
  async function miss(uuid: string): Promise<void> {
    const published = new Date(site.work.clock.now()).toISOString();
    await org.emit([makeEvent(uuid, { published })], { deliver: false });
  }

  it("what a sweep fetched, and died before it ran it, is found by the next", async () => {
    await miss("event-1");
    let diedAt = 0;
    site.statement = async (run, { text }) => {
      await run();
      if (!text.includes("record_delivery")) return;
      diedAt = site.work.clock.now();
      await site.die();
    };
    await site.sweepUntil(() => diedAt > 0, { withinMs: HOUR_MS + 5 * MINUTE_MS });
    allIsWell();

    await expectHandled("event-1", 10 * MINUTE_MS);
  });

  it("what a sweep fetched while Blobs refused its writes, and that failed, is tried again", async () => {
    await miss("event-1");
    site.handle = () => {
      throw new Error("not now");
    };
    let isFirst = true;
    site.blobsFault = (method) => {
      const refuses = method.toLowerCase() === "put" && isFirst;
      if (refuses) isFirst = false;
      return refuses ? 500 : undefined;
    };
    await site.sweepUntil(() => site.complaints.some((line) => line.includes("not now")), {
      withinMs: HOUR_MS,
    });
    const dueAt = await retryDueAt();
    allIsWell();

    await expectHandled("event-1", dueAt - site.work.clock.now() + 5 * MINUTE_MS);
  });

  it.for([
    [1_000, 1],
    [2_000, 1],
  ])("at %d ms a statement what is due runs, and each sweep ends in its time", async ([ms = 0]) => {
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

    const a = await site.sweep();
    console.log(a, site.work.clock.now() - begunAt, [...site.handled.keys()]);

    expect(site.work.clock.now() - begunAt).toBeLessThan(30_000);
    expect(site.handled.has("event-1")).toBe(true);
  });
});
