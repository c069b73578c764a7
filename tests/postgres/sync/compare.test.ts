/** Loading everybody, and comparing: what is new or changed is applied, and who is gone is removed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { detectSyncConditions } from "../../../netlify/alerts/detect-sync-conditions.ts";
import { HOUR, type MadeSync, makeSync } from "../../support/made-sync.ts";
import { type Postgres, startPostgres } from "../../support/postgres.ts";

let postgres: Postgres;
let url: string;
let site: MadeSync;
let written: string[];

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  site = await makeSync(url);
  written = [];
  site.beforeWrite = (id) => written.push(id);
});
afterEach(async () => {
  expect(await site.faults()).toBe(0);
  await site.close();
});
afterAll(() => postgres.destroy());

const hire = (count: number) => Array.from({ length: count }, () => site.org.directory.create().id);
const lists = () => site.org.requests.filter((request) => request === "GET /api/v1/users").length;
const asked = (id: string) => site.org.requests.filter((request) => request.endsWith(`/users/${id}`)).length;
const gone = async () =>
  (await site.people()).filter((person) => person.gone).map((person) => person.okta_id);

describe("loading", () => {
  it("writes everybody from the list, 200 at a time, deactivated users too", async () => {
    const [first = ""] = hire(450);
    site.org.directory.update(first, { status: "DEPROVISIONED" });
    const { outcome, progress } = await site.compare();
    expect(outcome).toBe("ended");
    expect(progress.counts).toMatchObject({ listed: 450, applied: 450, removed: 0, failed: 0 });
    expect(await site.people()).toEqual(site.expected());
    expect([lists(), site.org.requests.filter((request) => /users\/00u/.test(request)).length]).toEqual([
      3, 0,
    ]);
  });

  it("a second time writes only whoever changed", async () => {
    const [first = "", second = ""] = hire(20);
    await site.compare();
    await site.work.clock.advance(1000);
    site.org.directory.update(first, { status: "SUSPENDED" });
    site.org.directory.update(second, { firstName: "Mary" });
    written = [];
    await site.compare();
    expect(written).toEqual([first, second]);
  });

  it("only counts in a dry run", async () => {
    hire(12);
    await site.compare();
    const [one = ""] = site.org.directory.users.keys();
    site.org.directory.delete(one);
    hire(3);
    written = [];
    const slice = await site.compare(null, { dryRun: true });
    expect(slice).toMatchObject({
      outcome: "ended",
      progress: { counts: { listed: 14, applied: 3, removed: 0 } },
      missing: { present: 12, unseen: 1 },
    });
    expect(written).toEqual([]);
  });

  it("goes on where its time was over, and writes nobody twice", async () => {
    hire(450);
    site.beforeWrite = async (id) => {
      written.push(id);
      if (written.length % 150 === 0) await site.work.clock.advance(30_000);
    };
    let slice = await site.compare();
    let slices = 1;
    for (; slice.outcome === "out-of-time"; slices += 1) slice = await site.compare(slice.progress);
    expect(slices).toBeGreaterThan(2);
    expect(new Set(written).size).toBe(450);
    expect(written).toHaveLength(450);
    expect(await site.people()).toEqual(site.expected());
  });

  it("begins anew where Okta does not know the place in its list any more", async () => {
    hire(250);
    const { progress } = await site.compare();
    site.org.faults.push({ status: 400, on: "GET /api/v1/users", body: '{"errorCode":"E0000031"}' });
    await site.compare({ ...progress, phase: "list", next: "/api/v1/users?after=longgone" });
    expect(await site.people()).toEqual(site.expected());
    expect(lists()).toBe(5);
  });

  it("waits for Okta's rate limit, and loses nothing", async () => {
    hire(450);
    site.org.directory.limit = 2;
    let slice = await site.compare();
    while (slice.outcome === "out-of-time") {
      expect(slice.waitUntil).toBeGreaterThan(site.work.clock.now());
      await site.work.clock.advance((slice.waitUntil ?? 0) - site.work.clock.now());
      slice = await site.compare(slice.progress);
    }
    expect(slice.outcome).toBe("ended");
    expect(await site.people()).toEqual(site.expected());
  });

  it("stops where the owner's table takes nobody, and the next one writes all", async () => {
    hire(30);
    site.beforeWrite = () => {
      throw new Error("people is away");
    };
    const { outcome, progress } = await site.compare();
    expect([outcome, progress.failure]).toEqual(["failing", expect.stringContaining("people is away")]);
    site.beforeWrite = () => {};
    await site.compare(progress);
    expect(await site.people()).toEqual(site.expected());
  });

  it("says why one failed, and applies all others", async () => {
    const [, broken = ""] = hire(5);
    const users = [...site.org.directory.users.values()];
    const shown = users.map((user) => (user.id === broken ? { ...user, profile: null } : user));
    for (const [path, body] of [
      ["users", shown],
      [`users/${broken}`, shown[1]],
    ]) {
      site.org.faults.push({ status: 200, on: `GET /api/v1/${path}`, body: JSON.stringify(body) });
    }
    const { outcome, progress } = await site.compare();
    expect(outcome).toBe("ended");
    expect(progress.counts).toMatchObject({ applied: 4, failed: 1 });
    expect(progress.failure).toContain("without a profile");
    await site.compare();
    expect(await site.people()).toEqual(site.expected());
  });

  it("does nothing while the sync is paused", async () => {
    hire(3);
    await site.work.sql("insert into handlers (name, paused_at) values ('people', now())");
    expect(await site.compare()).toMatchObject({ outcome: "paused" });
    expect(site.org.requests).toEqual([]);
  });

  it("of an answer that is not Okta's says so, and removes nobody", async () => {
    hire(3);
    await site.compare();
    site.org.faults.push({ status: 200, on: "GET /api/v1/users", body: "<html>Sign in</html>" });
    await expect(site.compare()).rejects.toThrow("The answer of");
    expect(await gone()).toEqual([]);
  });
});

describe("who is not in the list", () => {
  it("is removed where Okta has none of that id, and stays as a tombstone", async () => {
    const [first = ""] = hire(20);
    await site.compare();
    site.org.directory.delete(first);
    const { progress } = await site.compare();
    expect(progress.counts.removed).toBe(1);
    expect(await gone()).toEqual([first]);
    expect(await site.work.sql("select id from sync_entries where gone and id <> ''")).toEqual([
      { id: first },
    ]);
    written = [];
    await site.compare();
    expect(written).toEqual([]);
  });

  it("is asked for by id, and stays where Okta has it", async () => {
    const [first = "", ...others] = hire(20);
    await site.compare();
    await site.work.clock.advance(1000);
    const list = others.map((id) => site.org.directory.users.get(id));
    site.org.faults.push({ status: 200, on: "GET /api/v1/users", body: JSON.stringify(list) });
    await site.compare();
    expect(asked(first)).toBe(1);
    expect(await gone()).toEqual([]);
  });

  it("is removed only when a person agrees where that is more than a tenth", async () => {
    const ids = hire(20);
    await site.compare();
    for (const id of ids.slice(0, 3)) site.org.directory.delete(id);
    const { outcome, progress, missing } = await site.compare();
    expect([outcome, missing]).toEqual(["many-gone", { present: 20, unseen: 3 }]);
    expect(await gone()).toEqual([]);
    await site.compare({ ...progress, mayRemoveMany: true });
    expect(await gone()).toEqual(ids.slice(0, 3));
  });

  it("and is hired again is written again", async () => {
    const [first = ""] = hire(20);
    const user = site.org.directory.users.get(first);
    await site.compare();
    site.org.directory.delete(first);
    await site.compare();
    if (user) site.org.directory.users.set(first, user);
    await site.compare();
    expect(await site.people()).toEqual(site.expected());
  });
});

describe("a user of the list", () => {
  it("is left to the run that waits for it", async () => {
    const [first = ""] = hire(5);
    await site.tell(first);
    const { progress } = await site.compare();
    expect(progress.counts).toMatchObject({ applied: 4, left: 1 });
    expect(written).not.toContain(first);
    await site.run();
    expect(await site.people()).toEqual(site.expected());
  });

  it("is not written over what a run read after its page was asked for", async () => {
    const [first = ""] = hire(5);
    const stale = JSON.stringify([...site.org.directory.users.values()]);
    site.org.directory.fail = async (operation) => {
      if (operation !== "listUsers") return undefined;
      site.org.directory.fail = undefined;
      await site.work.clock.advance(1000);
      site.org.directory.update(first, { login: "after@example.com" });
      await site.tell(first);
      await site.run();
      return { status: 200, body: stale };
    };
    expect((await site.compare()).progress.counts).toMatchObject({ applied: 4, left: 1 });
    expect(await site.people()).toEqual(site.expected());
  });

  it("whose version another loader took before it was killed is asked for by id", async () => {
    const [first = ""] = hire(5);
    await site.compare();
    await site.work.clock.advance(1000);
    site.org.directory.update(first, { login: "after@example.com" });
    site.org.directory.fail = async (operation) => {
      if (operation !== "listUsers") return undefined;
      site.org.directory.fail = undefined;
      await site.work.clock.advance(1000);
      site.beforeWrite = () => {
        throw new Error("killed");
      };
      await site.compare();
      site.beforeWrite = (id) => written.push(id);
      return undefined;
    };
    await site.compare();
    expect(await site.people()).toEqual(site.expected());
  });
});

describe("by itself", () => {
  const load = async (count: number) => {
    const ids = hire(count);
    await site.work.clock.advance(HOUR);
    await site.load();
    site.org.requests.length = 0;
    site.statements = 0;
    written = [];
    return ids;
  };
  const week = () => site.work.clock.advance(7 * 24 * HOUR);

  it("nothing is read before everybody was loaded once", async () => {
    hire(3);
    await site.changes();
    await site.comparisons();
    expect(site.org.requests).toEqual([]);
  });

  it("a quiet hour is one page, and no statement", async () => {
    await load(3);
    await site.work.clock.advance(HOUR);
    await site.changes();
    expect([lists(), site.statements]).toEqual([1, 0]);
  });

  it("whoever changed without an event is written within the hour", async () => {
    const [first = ""] = await load(3);
    await site.work.clock.advance(HOUR / 2);
    site.org.directory.update(first, { login: "after@example.com" });
    await site.work.clock.advance(HOUR / 2);
    await site.changes();
    expect(written).toEqual([first]);
    expect(await site.people()).toEqual(site.expected());
  });

  it("a failure keeps the time since which changes are read", async () => {
    const [first = ""] = await load(3);
    await site.work.clock.advance(HOUR);
    site.org.directory.update(first, { login: "after@example.com" });
    site.beforeWrite = () => {
      throw new Error("people is away");
    };
    expect(await site.changes()).toMatchObject({
      problem: { kind: "failing", sentence: expect.stringContaining("people is away") },
    });
    site.beforeWrite = () => {};
    await site.work.clock.advance(HOUR);
    expect(await site.changes()).toMatchObject({ problem: null });
    expect(await site.people()).toEqual(site.expected());
  });

  it("everybody is compared each week, in slices", async () => {
    const [first = ""] = await load(450);
    site.org.directory.delete(first);
    await site.comparisons();
    expect(site.org.requests).toEqual([]);
    await week();
    site.org.directory.fail = async () => {
      await site.work.clock.advance(20_000);
      return undefined;
    };
    for (let sweep = 0; sweep < 6; sweep += 1) {
      await site.comparisons();
      await site.work.clock.advance(5 * 60_000);
    }
    expect(await gone()).toEqual([first]);
    expect(await site.state()).toMatchObject({ comparison: null, last: { counts: { removed: 1 } } });
  });

  it("more than a tenth gone removes nobody, and is said until a comparison ends well", async () => {
    await load(20);
    site.org.directory.seesNobody = true;
    await week();
    await site.comparisons();
    const failure = expect.stringContaining(
      "20 of the 20 that people keeps in step are not in the org's list",
    );
    expect(await site.state()).toMatchObject({ comparison: null, last: { failure } });
    await site.work.clock.advance(HOUR);
    const state = await site.changes();
    expect(state).toMatchObject({ last: { failure } });
    const conditions = detectSyncConditions(state ? [{ sync: "people", state }] : [], site.work.clock.now());
    expect(conditions).toMatchObject([
      { kind: "sync", sentence: expect.stringContaining("is not in step with Okta") },
    ]);
    expect(await gone()).toEqual([]);
    site.org.directory.seesNobody = false;
    await week();
    expect(await site.comparisons()).toMatchObject({ last: { failure: null } });
  });

  it("all are compared where what Blobs held is lost", async () => {
    const [first = ""] = await load(20);
    site.org.directory.delete(first);
    site.blobs.clear();
    await site.work.clock.advance(HOUR);
    await site.changes();
    await site.comparisons();
    expect(await gone()).toEqual([first]);
  });
});
