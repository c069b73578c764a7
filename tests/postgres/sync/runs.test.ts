/** A sync's runs: an event is a signal, and the user is written as Okta has it then. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HOUR, type MadeSync, MINUTE, makeSync } from "../../support/made-sync.ts";
import { type Postgres, startPostgres } from "../../support/postgres.ts";

let postgres: Postgres;
let url: string;
let site: MadeSync;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  site = await makeSync(url);
});
afterEach(() => site.close());
afterAll(() => postgres.destroy());

const reads = (id: string) => site.org.requests.filter((request) => request === `GET /api/v1/users/${id}`);
const runs = () =>
  site.work.sql<{ state: string; error: string | null }>(
    "select state, error from runs order by published, event_uuid",
  );

describe("an event", () => {
  it("has the user written as Okta has it now, not as the event says", async () => {
    const { id } = site.org.directory.create({ login: "jane@example.com" });
    await site.tell(id, "user.lifecycle.create");
    site.org.directory.update(id, { login: "jane.doe@example.com", status: "SUSPENDED" });
    await site.run();
    expect(await site.people()).toEqual([
      { okta_id: id, login: "jane.doe@example.com", status: "SUSPENDED", gone: false },
    ]);
  });

  it("and nine more of the same user are one read and one write", async () => {
    const { id } = site.org.directory.create();
    let writes = 0;
    site.beforeWrite = () => {
      writes += 1;
    };
    for (let count = 0; count < 10; count += 1) {
      await site.work.clock.advance(1);
      await site.tell(id);
    }
    await site.run();
    expect([reads(id).length, writes]).toEqual([1, 1]);
    expect((await runs()).filter(({ state }) => state === "superseded")).toHaveLength(9);
  });

  it("of a deactivated user writes that status", async () => {
    const { id } = site.org.directory.create();
    site.org.directory.update(id, { status: "DEPROVISIONED" });
    await site.tell(id, "user.lifecycle.deactivate");
    await site.run();
    expect(await site.people()).toMatchObject([{ status: "DEPROVISIONED", gone: false }]);
  });

  it("that names nobody keeps nobody in step, and fails nothing", async () => {
    await site.work.record();
    const { id } = site.org.directory.create();
    await site.tell(id, "user.lifecycle.create");
    await site.work.sql("update events set payload = replace(payload, $1, 'null')", [`"${id}"`]);
    await site.run();
    expect(await runs()).toEqual([{ state: "done", error: null }]);
    expect(site.work.reported("handler-log")).toMatchObject([
      { level: "warn", message: "no User with an id among the targets: nothing to keep in step" },
    ]);
  });

  it("whose user has no id of Okta's is a dead letter that says what to do", async () => {
    await site.tell("jane@example.com");
    await site.run();
    expect(await runs()).toEqual([
      { state: "dead", error: expect.stringContaining("the target's id is none of Okta's: ") },
    ]);
    expect(site.org.requests).toEqual([]);
  });

  it("of a user without a profile is tried again, and says what to do", async () => {
    const { id } = site.org.directory.create();
    const body = JSON.stringify({ id, profile: null });
    site.org.faults.push({ status: 200, on: `GET /api/v1/users/${id}`, body });
    await site.tell(id);
    await site.run();
    expect(await runs()).toMatchObject([
      { state: "waiting", error: expect.stringContaining("without a profile") },
    ]);
    await site.work.clock.advance(MINUTE);
    await site.run();
    expect(await site.people()).toEqual(site.expected());
  });

  it("is put off by the rate limit, and costs no try", async () => {
    const { id } = site.org.directory.create();
    site.org.faults.push({
      status: 429,
      on: `GET /api/v1/users/${id}`,
      headers: { "x-rate-limit-reset": String((site.work.clock.now() + 40_000) / 1000) },
    });
    await site.tell(id);
    expect(await site.run()).toMatchObject({ done: 0, failed: 0, postponed: 1 });
    await site.work.clock.advance(MINUTE);
    expect(await site.run()).toMatchObject({ done: 1 });
  });
});

describe("a deletion", () => {
  it("that Okta began is read again after 5 minutes, 1 hour and 12 hours", async () => {
    const { id } = site.org.directory.create();
    await site.tell(id, "user.lifecycle.delete.initiated");
    const readAfter: number[] = [];
    const began = site.work.clock.now();
    for (let minute = 0; minute <= 13 * 60; minute += 1) {
      const before = reads(id).length;
      await site.run();
      if (reads(id).length > before) readAfter.push((site.work.clock.now() - began) / MINUTE);
      await site.work.clock.advance(MINUTE);
    }
    expect(readAfter).toEqual([0, 5, 60, 12 * 60]);
    expect(await runs()).toEqual([{ state: "done", error: null }]);
  });

  it("is written once it is done, however it goes on", async () => {
    const { id } = site.org.directory.create();
    await site.tell(id, "user.lifecycle.delete.initiated");
    await site.run();
    expect(await site.people()).toMatchObject([{ gone: false }]);
    site.org.directory.delete(id);
    await site.work.clock.advance(5 * MINUTE);
    await site.run();
    expect(await site.people()).toMatchObject([{ okta_id: id, gone: true }]);
    expect(await runs()).toEqual([{ state: "done", error: null }]);
  });

  it("is not forgotten where another event of the user takes the run's place", async () => {
    const { id } = site.org.directory.create();
    await site.tell(id, "user.lifecycle.delete.initiated");
    await site.run();
    await site.work.clock.advance(MINUTE);
    await site.tell(id);
    await site.run();
    site.org.directory.delete(id);
    await site.work.clock.advance(4 * MINUTE);
    await site.run();
    expect(await site.people()).toMatchObject([{ gone: true }]);
  });

  it("in Okta is never seen in an answer that is no 404 of Okta's", async () => {
    const { id } = site.org.directory.create();
    await site.tell(id);
    site.org.faults.push({ status: 404, on: `GET /api/v1/users/${id}`, body: "<html>Not found</html>" });
    await site.run();
    expect(await site.people()).toEqual([]);
    expect(await runs()).toMatchObject([{ state: "waiting" }]);
  });
});

describe("the version", () => {
  const versions = () =>
    site.work.sql<{ version: string; gone: boolean }>("select version::text, gone from sync_entries");

  it("is the database's clock in milliseconds, and grows with each read though the clock stands still", async () => {
    const { id } = site.org.directory.create();
    const now = site.work.clock.now();
    for (let count = 0; count < 3; count += 1) {
      await site.tell(id);
      await site.run();
    }
    expect(await versions()).toEqual([{ version: String(now + 2), gone: false }]);
    expect(await site.faults()).toBe(0);
  });

  it("stays after a removal, and grows when somebody is hired again", async () => {
    const { id } = site.org.directory.create();
    await site.tell(id);
    await site.run();
    const [user] = site.org.directory.users.values();
    site.org.directory.delete(id);
    await site.tell(id);
    await site.run();
    const [removed] = await versions();
    expect(removed?.gone).toBe(true);
    if (user) site.org.directory.users.set(id, user);
    await site.tell(id);
    await site.run();
    expect(await site.people()).toEqual(site.expected());
    expect(Number((await versions())[0]?.version)).toBeGreaterThan(Number(removed?.version));
  });

  it("stops a process that froze, whose run was lost and done by another, when it wakes", async () => {
    const { id } = site.org.directory.create({ login: "before@example.com" });
    await site.tell(id);
    let wake = () => {};
    const frozen = new Promise<void>((resolve) => {
      site.beforeWrite = () => {
        site.beforeWrite = () => {};
        resolve();
        return new Promise<void>((awake) => {
          wake = awake;
        });
      };
    });
    const first = site.run();
    await frozen;
    site.org.directory.update(id, { login: "after@example.com" });
    await site.work.clock.advance(3 * MINUTE);
    const other = await site.work.sibling();
    await site.work.sql("update runs set state = 'waiting' where state = 'running'");
    const { runDueWork } = await import("../../../netlify/events/work/run-due-work.ts");
    await runDueWork(other, { deadline: other.clock.now() + HOUR });
    wake();
    await first;
    await other.close();
    expect(await site.people()).toEqual(site.expected());
    expect(await site.faults()).toBe(0);
  });
});
