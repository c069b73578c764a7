/** `hook -- forget`, over the site's own API and a real Postgres. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { instanceDatabase } from "../../netlify/events/database/instance-database.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { type RealApi, realApi } from "../browser/support/real-api.ts";
import { addRuns } from "../support/add-runs.ts";
import { makeEvent } from "../support/deliveries.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";
import { typeHook } from "../support/type-hook.ts";

let postgres: Postgres;
let url: string;
let site: RealApi;
let work: MadeWork;

/** Fails for the last time at once, and says at whom. */
const tellsWhom = defineHandler({
  name: "tells-whom",
  on: ["user.lifecycle.create", "user.session.start"],
  retries: 0,
  handle(event) {
    if (event.eventType === "user.session.start") return;
    throw new Error(`no mailbox for ${event.target?.find(({ type }) => type === "User")?.displayName}`);
  },
});

/** Keeps its event to itself until the test ends. */
const waits = defineHandler({
  name: "waits",
  on: "group.user_membership.add",
  retries: 3,
  handle() {
    throw new Error("later");
  },
});

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  vi.stubEnv("NETLIFY_DB_URL", url);
});
afterAll(async () => {
  await instanceDatabase.close();
  await postgres.destroy();
});
beforeEach(async () => {
  for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
  work = await makeWork(url, [tellsWhom, waits]);
  await work.sql("truncate rejections");
  site = realApi("locally");
  vi.stubGlobal("fetch", (asked: URL, init?: RequestInit) => site.api(new Request(asked, init)));
  return () => work.close();
});

const jane = { id: "00uJane", type: "User", alternateId: "Jane.Doe@example.com", displayName: "Jane Doe" };
const john = { id: "00uJohn", type: "User", alternateId: "john@example.com", displayName: "John Roe" };

async function handle(...events: readonly Record<string, unknown>[]) {
  const { deliveryId } = await work.record(...events);
  await queueEvents(work, { deliveryId });
  await runDueWork(work, { deadline: soon(work), waitForRetryMs: 0 });
}

/** Every row of every table as text: what a dump of the database contains. */
function dump(): Promise<string> {
  return withClient(url, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema = 'public'`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...rows.map(({ row }) => row));
    }
    return texts.join("\n");
  });
}

describe("forget", () => {
  test("knows a name and a login whose small letters are others in JavaScript than in Postgres", async () => {
    const login = "İbrahim.Yılmaz@example.com";
    const ibrahim = { id: "00uAli", type: "User", alternateId: login, displayName: "İbrahim Yılmaz" };
    await handle(
      makeEvent("of-him", { target: [ibrahim] }),
      makeEvent("of-his-login", {
        eventType: "user.session.start",
        debugContext: { debugData: { who: login } },
      }),
    );
    expect(await dump()).toMatch(/no mailbox for İbrahim Yılmaz/);

    expect(await typeHook(["forget", "00uAli", "--yes"])).toMatchObject({ code: 0 });

    expect(await dump()).not.toMatch(/brahim|00uAli/i);
  });

  test("takes a person out of everything that is stored, and leaves the others", async () => {
    await handle(
      makeEvent("by-login", { target: [jane] }),
      makeEvent("by-her", { actor: jane, target: [john], eventType: "user.session.start" }),
      makeEvent("of-john", { target: [john] }),
    );
    // Known by her id alone, and deep inside.
    await handle(
      makeEvent("by-id", {
        eventType: "user.session.start",
        debugContext: { debugData: { who: "00uJane" } },
      }),
    );
    await work.sql("update deliveries set headers = $1", [
      '{"referer": "https://example.com/?user=jane.doe@example.com"}',
    ]);
    await work.sql(
      `insert into rejections (received_at, method, path, status, reason, headers)
       values (now(), 'POST', '/Jane.Doe@example.com', 404, 'misdirected', '{}')`,
    );
    expect(await dump()).toMatch(/no mailbox for Jane Doe/);

    const { lines, code } = await typeHook(["forget", "jane.doe@example.com"], { answer: true });
    expect(code).toBe(0);
    expect(lines).toEqual([
      "Also known as: jane.doe@example.com, 00uJane, Jane.Doe@example.com, Jane Doe",
      expect.stringMatching(/^Stored of them: 3 events, \d+ other texts\.$/),
      "? Forget them? This cannot be undone.",
      expect.stringMatching(/^Forgotten: 3 events, \d+ other texts\.$/),
    ]);
    const left = await dump();
    expect(left).not.toMatch(/jane|00uJane/i);
    expect(left).toContain("John Roe");
    // The uuids stay: the event that comes again is not new.
    const again = await work.record(makeEvent("by-login", { target: [jane] }));
    expect(again).toMatchObject({ newUuids: [], duplicateUuids: ["by-login"] });
  });

  test("finds them where an event writes its characters as escapes", async () => {
    const event = makeEvent("escaped", { target: [{ ...jane, alternateId: "jöhn@example.com" }] });
    const json = JSON.stringify(event).replaceAll("ö", "\\u00f6");
    const { newUuids } = await work.record(JSON.parse(json));
    expect(newUuids).toEqual(["escaped"]);
    await work.sql("update events set payload = $1", [json]);
    await typeHook(["forget", "JÖHN@example.com", "--yes"]);
    expect(await work.sql("select payload from events")).toEqual([{ payload: null }]);
  });

  test("names unfinished work and leaves it, unless it is told otherwise", async () => {
    await handle(makeEvent("held", { eventType: "group.user_membership.add", target: [jane] }));
    const first = await typeHook(["forget", "00uJane", "--yes"]);
    expect(first.code).toBe(1);
    expect(first.lines).toContain("  waits on held");
    expect(first.lines.at(-1)).toBe(
      "What is unfinished stayed. Let it finish and run this again, or give --also-unfinished.",
    );
    expect(await work.sql("select uuid from events where payload is not null")).toHaveLength(1);
    expect((await typeHook(["forget", "00uJane", "--yes", "--json"])).code).toBe(1);

    const second = await typeHook(["forget", "00uJane", "--yes", "--also-unfinished"]);
    expect(second.code).toBe(0);
    expect(await dump()).not.toMatch(/jane/i);
    expect(await work.sql("select from runs")).toHaveLength(0);
  });

  test("goes over a store of many slices", async () => {
    await work.record(
      ...Array.from({ length: 2_300 }, (_, number) =>
        makeEvent(`event-${number}`, { target: [number % 1_000 === 0 ? jane : john] }),
      ),
    );
    const { lines } = await typeHook(["forget", "00uJane", "--yes", "--json"]);
    expect(JSON.parse(lines.join(""))).toEqual({ events: 3, unfinished: [], otherTexts: 0 });
  });

  test("goes over deliveries and runs slice by slice as well", async () => {
    await work.record(makeEvent("one", { target: [john] }));
    await work.sql(
      `insert into deliveries (received_at, origin, headers, unreadable_count, event_count, new_count, duplicate_uuids)
       select now(), 'okta', case when n in (1, 999, 1000, 1001, 3000, 10500) then '{"referer": "00uJane"}' else '{}' end, 0, 0, 0, '{}'
       from generate_series(1, 10500) as n`,
    );
    const error = "no mailbox for 00uJane";
    await work.sql(
      ...addRuns(
        Array.from({ length: 11_000 }, (_, n) => ({
          uuid: `event-${n}`,
          handler: "greet",
          ...([1, 2_500, 5_500, 6_000, 8_000].includes(n) && { failures: 1, error }),
        })),
      ),
    );
    const tries = JSON.stringify([{ at: "2026-11-24T10:00:00Z", ms: 12, error }]);
    await work.sql("update runs set last_tries = $1 where event_uuid = 'event-9000'", [tries]);
    const { lines } = await typeHook(["forget", "00uJane", "--yes", "--json"]);
    expect(JSON.parse(lines.join(""))).toEqual({ events: 0, unfinished: [], otherTexts: 12 });
    expect(await dump()).not.toMatch(/00uJane/);
  });

  test("does nothing without an answer, and says so where nothing is stored", async () => {
    await work.record(makeEvent("one", { target: [jane] }));
    expect((await typeHook(["forget", "00uJane"])).code).toBe(1);
    expect((await typeHook(["forget", "00uJane"], { answer: false })).code).toBe(1);
    expect(await work.sql("select from events where payload is not null")).toHaveLength(1);
    expect((await typeHook(["forget", "00uNobody"])).lines).toEqual(["Nothing is stored of them."]);
    expect((await typeHook(["forget", "ab"])).code).toBe(2);
  });

  test("is logged without the person", async () => {
    await work.record(makeEvent("one", { target: [jane] }));
    const lines: string[] = [];
    for (const level of ["log", "info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((text) => void lines.push(String(text)));
    }
    await typeHook(["forget", "00uJane", "--yes"]);
    expect(lines.join("\n")).toMatch(/forget/);
    expect(lines.join("\n")).not.toMatch(/jane/i);
  });
});
