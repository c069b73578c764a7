/** What a handler says of itself beside `on`: the settings that it needs, and which events it is for. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { replay } from "../../netlify/events/work/replay.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler, type Handler } from "../../netlify/handler-kit/define-handler.ts";
import { makeEvent } from "../support/deliveries.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;
let work: MadeWork;
let environment: Record<string, string>;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterEach(() => work.close());
afterAll(() => postgres.destroy());

async function workWith(...handlers: Handler[]) {
  environment = {};
  work = await makeWork(url, handlers, (name) => environment[name]);
}

async function deliver(...events: (string | Record<string, unknown>)[]) {
  return await workAfterAnswer(work, await work.record(...events), work.clock.now());
}

const runsOf = (uuid: string) => listRuns(work.database, [uuid]);

describe("a handler whose settings are missing", () => {
  const seen: unknown[] = [];
  const handler = defineHandler({
    name: "offboard-user",
    on: "user.lifecycle.create",
    settings: z.object({ HR_TOKEN: z.string().min(16) }),
    retries: 2,
    handle: (_event, { settings }) => void seen.push(settings),
  });

  test("fails naming the variable, is tried again, dies, and is replayed after the mend", async () => {
    await workWith(handler);
    await deliver("event-1");
    const error = "its settings: HR_TOKEN is not set";
    expect(await runsOf("event-1")).toMatchObject([{ state: "retrying", lastError: error }]);

    environment.HR_TOKEN = "too short";
    await work.clock.advance(60_000);
    await runDueWork(work, { deadline: soon(work) });
    expect(await runsOf("event-1")).toMatchObject([
      {
        state: "dead",
        lastError:
          "its settings: HR_TOKEN cannot be used: Too small: expected string to have >=16 characters",
      },
    ]);
    expect(JSON.stringify(work.reports)).not.toContain("too short");
    expect(seen).toEqual([]);

    environment.HR_TOKEN = "0123456789abcdef";
    expect(await replay(work, "event-1")).toMatchObject({ outcome: "queued" });
    await runDueWork(work, { deadline: soon(work) });
    expect(seen).toEqual([{ HR_TOKEN: "0123456789abcdef" }]);
    expect(await runsOf("event-1")).toMatchObject([{ state: "done" }]);
  });
});

describe("a handler with a `when`", () => {
  const seen: string[] = [];
  const handler = defineHandler({
    name: "admins",
    on: "user.lifecycle.*",
    retries: 0,
    when(event) {
      if (event.actor?.type === "Riddle") throw new Error("who is that?");
      return event.actor?.type === "User";
    },
    handle: ({ uuid }) => void seen.push(uuid),
  });
  const by = (uuid: string, type: string, more = {}) =>
    makeEvent(uuid, { actor: { id: "1", type }, ...more });

  test("gets what it says yes to, and what it leaves out is not queued", async () => {
    await workWith(handler);
    await deliver(by("yes", "User"), by("no", "SystemPrincipal"));

    expect(seen.splice(0)).toEqual(["yes"]);
    expect(await runsOf("yes")).toMatchObject([{ state: "done" }]);
    expect(await runsOf("no")).toEqual([]);
    expect(await work.sql("select from deliveries where queued_at is null")).toEqual([]);
  });

  test("leaves the other handlers of the event alone", async () => {
    const other = defineHandler({ name: "all", on: "user.lifecycle.create", handle: () => {} });
    await workWith(handler, other);
    await deliver(by("no", "SystemPrincipal"));

    expect(await runsOf("no")).toMatchObject([{ handler: "all", state: "done" }]);
  });

  test("decides about large events too, read a few at a time", async () => {
    await workWith(handler);
    const debugContext = { debugData: { text: "x".repeat(70_000) } };
    const events = Array.from({ length: 12 }, (_, index) =>
      by(`large-${index}`, index % 2 === 0 ? "User" : "SystemPrincipal", { debugContext }),
    );
    await deliver(...events);

    expect(seen.splice(0)).toHaveLength(6);
    expect(await runsOf("large-1")).toEqual([]);
  });

  test("loses no event at which it throws: the run fails with what was thrown", async () => {
    await workWith(handler);
    await deliver(by("riddle", "Riddle"));

    expect(await runsOf("riddle")).toMatchObject([{ state: "dead", lastError: "Error: who is that?" }]);
    expect(seen).toEqual([]);
  });

  test("is not made to run by a replay", async () => {
    await workWith(handler);
    await deliver(by("no", "SystemPrincipal"));

    expect(await replay(work, "no")).toEqual({ outcome: "filtered-out" });
    expect(await runsOf("no")).toEqual([]);
  });
});
