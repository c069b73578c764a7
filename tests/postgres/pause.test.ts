/** Pausing a handler: what waits, what goes on, and what is said of it. On a real Postgres. */
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { readHandlerHealth } from "../../netlify/events/work/queue/handler-health.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { pauseHandler, resumeHandler } from "../../netlify/events/work/queue/pause-handler.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { listHandlers } from "../../netlify/handler-kit/handler-list.ts";
import { type RealApi, realApi } from "../browser/support/real-api.ts";
import { makeBody, makeEvent } from "../support/deliveries.ts";
import { instanceDatabase } from "../support/instance-database.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres, withClient } from "../support/postgres.ts";
import { typeHook } from "../support/type-hook.ts";

let postgres: Postgres;
let url: string;
let work: MadeWork;
let handled: string[];

const greet = defineHandler({
  name: "greet",
  on: "user.lifecycle.create",
  handle: ({ uuid }) => void handled.push(`greet ${uuid}`),
});
let failing = false;
const tellHr = defineHandler({
  name: "tell-hr",
  on: "user.lifecycle.create",
  handle({ uuid }) {
    handled.push(`tell-hr ${uuid}`);
    if (failing) throw new Error("HR is away");
  },
});

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.destroy());
beforeEach(async () => {
  handled = [];
  failing = false;
  work = await makeWork(url, [greet, tellHr]);
  return () => work.close();
});

async function deliver(...uuids: string[]) {
  const recorded = await work.record(...uuids);
  await workAfterAnswer(work, recorded, work.clock.now());
}

const pause = (name: string) => pauseHandler(work.database, name, new Date(work.clock.now()));
const resume = (name: string) => resumeHandler(work.database, name);
const sweepOnce = () => sweep(work, { workDeadline: soon(work), deadline: soon(work), retentionDays: null });

describe("a paused handler", () => {
  test("does not run, while the others do, and catches up when it is resumed", async () => {
    await pause("tell-hr");
    await deliver("one");
    await deliver("two");
    await sweepOnce();
    expect(handled).toEqual(["greet one", "greet two"]);
    expect(await listRuns(work.database, ["one"])).toMatchObject([
      { handler: "greet", state: "done", paused: false },
      { handler: "tell-hr", state: "waiting", paused: true, attempts: 0 },
    ]);

    expect(await resume("tell-hr")).toBe(2);
    await sweepOnce();
    expect(handled.slice(2).sort()).toEqual(["tell-hr one", "tell-hr two"]);
  });

  test("leaves its retries for later, also one whose try was going on", async () => {
    failing = true;
    await deliver("one");
    const tries = () => handled.filter((line) => line === "tell-hr one").length;
    const before = tries();
    await pause("tell-hr");
    await work.clock.advance(20 * 60_000);
    await sweepOnce();
    expect(tries()).toBe(before);

    await resume("tell-hr");
    const [run] = await work.take(1);
    if (!run) throw new Error("the run was not taken");
    await pause("tell-hr");
    await work.settle({ run, outcome: "failed", delayMs: 0, error: "HR is away", fingerprint: "1" });
    await deliver("two");
    expect(tries()).toBe(before);

    failing = false;
    await resume("tell-hr");
    await sweepOnce();
    expect(tries()).toBe(before + 1);
  });

  test("keeps no run whose queueing began before it was resumed and commits after it", async () => {
    await pause("tell-hr");
    const recorded = await work.record("one");
    await withClient(url, async (client) => {
      await client.query("begin");
      await client.query("select queue_runs($1, 10, $2, null, now(), null)", [
        [
          "one",
          "user.lifecycle.create",
          "tell-hr",
          "10",
          "2026-11-24T09:00:00Z",
          "false",
          null,
          "event",
          null,
          null,
        ],
        [recorded.deliveryId],
      ]);
      await resume("tell-hr");
      await client.query("commit");
    });

    await runDueWork(work, { deadline: soon(work) });

    expect(handled).toEqual(["tell-hr one"]);
  });

  test("is paused once, however often it is asked, and resumed once", async () => {
    const since = await pause("tell-hr");
    await work.clock.advance(60_000);
    expect(await pause("tell-hr")).toEqual(since);
    expect((await readHandlerHealth(work.database, [])).get("tell-hr")?.pausedAt).toEqual(since);
    expect(await resume("tell-hr")).toBe(0);
    expect(await resume("tell-hr")).toBeNull();
  });

  test("costs the others nothing: however many of its runs wait, they are not read to take another's", async () => {
    await pause("tell-hr");
    for (let batch = 0; batch < 4; batch += 1) {
      await deliver(...Array.from({ length: 250 }, (_, number) => `${batch}-${number}`));
    }
    const read = await withClient(url, async (client) => {
      const explain = "explain (analyze, buffers, format json) select settle_runs('{}', 10, '{}')";
      // The first calls of a session also read the catalogue.
      for (let call = 0; call < 3; call += 1) await client.query(explain);
      const { rows } = await client.query(explain);
      return rows[0]["QUERY PLAN"][0].Plan["Shared Hit Blocks"] as number;
    });
    expect(read).toBeLessThan(30);
    expect(await work.sql("select from runs where state = 'waiting'")).toHaveLength(1_000);
  });
});

describe("pause and resume, typed", () => {
  let site: RealApi;
  beforeEach(() => {
    vi.stubEnv("NETLIFY_DB_URL", url);
    for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
    site = realApi("locally");
    vi.stubGlobal("fetch", (asked: URL, init?: RequestInit) => site.api(new Request(asked, init)));
    return () => instanceDatabase.close();
  });

  test("stop a handler and let it go on; handlers and show say so", async () => {
    expect((await typeHook(["pause", "greet-new-user"])).lines).toEqual([
      "greet-new-user is paused. Its runs wait.",
    ]);
    const answer = await site.api(
      new Request("http://localhost:1337/okta-webhooks-endpoint", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: makeBody([makeEvent("event-1")]),
      }),
    );
    expect(answer.status).toBe(204);
    await site.settled();
    expect((await typeHook(["show", "event-1"])).lines.join("\n")).toContain(
      "waiting greet-new-user, 0 tries, its handler is paused",
    );
    const { lines } = await typeHook(["handlers"]);
    expect(lines.join("\n")).toMatch(
      /^greet-new-user: paused since \d\d:\d\d, 1 run waits\n.*\n {2}1 waiting,/m,
    );

    expect((await typeHook(["resume", "greet-new-user"])).lines).toEqual([
      "greet-new-user runs again; 1 run waited for it.",
    ]);
    await site.settled();
    expect((await typeHook(["show", "event-1"])).lines.join("\n")).toContain("done greet-new-user, 1 try");
  });

  test("do not let it go on where nothing could run it: the handlers do not load", async () => {
    await typeHook(["pause", "greet-new-user"]);
    vi.doMock("../../netlify/handlers/index.ts", () => ({ handlers: listHandlers([greet, greet]) }));
    onTestFinished(() => void vi.doUnmock("../../netlify/handlers/index.ts"));

    expect(await typeHook(["resume", "greet-new-user"])).toMatchObject({ code: 1 });

    expect((await readHandlerHealth(work.database, [])).get("greet-new-user")?.pausedAt).not.toBeNull();
  });

  test("say so where there is nothing to pause or to resume", async () => {
    expect((await typeHook(["pause", "nobody"])).lines).toEqual([
      "No handler has this name. `npm run hook -- handlers` lists them.",
    ]);
    expect(await typeHook(["resume", "greet-new-user"])).toMatchObject({
      code: 1,
      lines: ["No handler of this name is paused."],
    });
  });
});
