/** `hook -- forget`, over the site's own API and a real Postgres. */
import { describe, expect, test, vi } from "vitest";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { addRuns } from "../support/add-runs.ts";
import { makeEvent } from "../support/deliveries.ts";
import { jane, john, useForgettingSite } from "../support/forgetting-site.ts";
import { typeHook } from "../support/type-hook.ts";

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

const { work, handle, dump } = useForgettingSite([tellsWhom, waits]);

/** Records a delivery whose handlers need not run. */
async function record(...events: readonly Record<string, unknown>[]) {
  await work().record(...events);
  await work().sql("update deliveries set queued_at = received_at");
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
    await work().sql("update deliveries set headers = $1", [
      '{"referer": "https://example.com/?user=jane.doe@example.com"}',
    ]);
    await work().sql(
      `insert into rejections (received_at, method, path, status, reason, headers)
       values (now(), 'POST', '/Jane.Doe@example.com', 404, 'misdirected', '{}')`,
    );
    expect(await dump()).toMatch(/no mailbox for Jane Doe/);

    const { lines, code } = await typeHook(["forget", "jane.doe@example.com"], { answer: true });
    expect(code).toBe(0);
    expect(lines).toEqual([
      "Also known as: jane.doe@example.com, 00uJane, Jane Doe",
      expect.stringMatching(/^Stored of them: 3 events, \d+ other texts\.$/),
      "Whose events go:",
      "  Jane.Doe@example.com (Jane Doe, 00uJane): 2 events",
      "  Admin@example.com (Ada Admin, 00uadmin): 1 event",
      "? Forget them? This cannot be undone.",
      expect.stringMatching(/^Forgotten: 3 events, \d+ other texts\. What your handlers wrote elsewhere,/),
    ]);
    const left = await dump();
    expect(left).not.toMatch(/jane|00uJane/i);
    expect(left).toContain("John Roe");
    // The uuids stay: the event that comes again is not new.
    const again = await work().record(makeEvent("by-login", { target: [jane] }));
    expect(again).toMatchObject({ newUuids: [], duplicateUuids: ["by-login"] });
  });

  test("finds them where an event writes its characters as escapes", async () => {
    const event = makeEvent("escaped", { target: [{ ...jane, alternateId: "jöhn@example.com" }] });
    const json = JSON.stringify(event).replaceAll("ö", "\\u00f6");
    await record(JSON.parse(json));
    await work().sql("update events set payload = $1", [json]);
    await typeHook(["forget", "JÖHN@example.com", "--yes"]);
    expect(await work().sql("select payload from events")).toEqual([{ payload: null }]);
  });

  test("names unfinished work and leaves it, unless it is told otherwise", async () => {
    await handle(makeEvent("held", { eventType: "group.user_membership.add", target: [jane] }));
    const first = await typeHook(["forget", "00uJane", "--yes"]);
    expect(first.code).toBe(1);
    expect(first.lines).toContain("  waits on held");
    expect(first.lines.at(-1)).toBe(
      "What is unfinished goes within a day after it has finished. To forget it now, run this again with --also-unfinished.",
    );
    expect(await work().sql("select uuid from events where payload is not null")).toHaveLength(1);
    expect((await typeHook(["forget", "00uJane", "--yes", "--json"])).code).toBe(1);

    const second = await typeHook(["forget", "00uJane", "--yes", "--also-unfinished"]);
    expect(second.code).toBe(0);
    expect(await dump()).not.toMatch(/jane/i);
    expect(await work().sql("select from runs")).toHaveLength(0);
  });

  test("goes over a store of many slices", async () => {
    await record(
      ...Array.from({ length: 2_300 }, (_, number) =>
        makeEvent(`event-${number}`, { target: [number % 1_000 === 0 ? jane : john] }),
      ),
    );
    const { lines } = await typeHook(["forget", "00uJane", "--yes", "--json"]);
    expect(JSON.parse(lines.join(""))).toEqual({ events: 3, unfinished: [], otherTexts: 0 });
  });

  test("goes over deliveries and runs slice by slice as well", async () => {
    await record(makeEvent("one", { target: [john] }));
    await work().sql(
      `insert into deliveries (received_at, origin, headers, unreadable_count, event_count, new_count, duplicate_uuids)
       select now(), 'okta', case when n in (1, 999, 1000, 1001, 3000, 10500) then '{"referer": "00uJane"}' else '{}' end, 0, 0, 0, '{}'
       from generate_series(1, 10500) as n`,
    );
    const error = "no mailbox for 00uJane";
    await work().sql(
      ...addRuns(
        Array.from({ length: 11_000 }, (_, n) => ({
          uuid: `event-${n}`,
          handler: "greet",
          ...([1, 2_500, 5_500, 6_000, 8_000].includes(n) && { failures: 1, error }),
        })),
      ),
    );
    const tries = JSON.stringify([{ at: "2026-11-24T10:00:00Z", ms: 12, error }]);
    await work().sql("update runs set last_tries = $1 where event_uuid = 'event-9000'", [tries]);
    const { lines } = await typeHook(["forget", "00uJane", "--yes", "--json"]);
    expect(JSON.parse(lines.join(""))).toEqual({ events: 0, unfinished: [], otherTexts: 12 });
    expect(await dump()).not.toMatch(/00uJane/);
  });

  test("does nothing without an answer, and says so where nothing is stored", async () => {
    await record(makeEvent("one", { target: [jane] }));
    expect((await typeHook(["forget", "00uJane"])).code).toBe(1);
    expect((await typeHook(["forget", "00uJane"], { answer: false })).code).toBe(1);
    expect(await work().sql("select from events where payload is not null")).toHaveLength(1);
    expect((await typeHook(["forget", "00uNobody"])).lines).toEqual(["Nothing is stored of them."]);
    expect((await typeHook(["forget", "ab"])).code).toBe(2);
  });

  test("is logged without the person", async () => {
    await record(makeEvent("one", { target: [jane] }));
    const lines: string[] = [];
    for (const level of ["log", "info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((text) => void lines.push(String(text)));
    }
    await typeHook(["forget", "00uJane", "--yes"]);
    expect(lines.join("\n")).toMatch(/forget/);
    expect(lines.join("\n")).not.toMatch(/jane/i);
  });
});
