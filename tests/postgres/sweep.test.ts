import type { Context } from "@netlify/functions";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { defineHandler, MAX_TIMEOUT_MS } from "../../netlify/handler-kit/define-handler.ts";
import { listHandlers } from "../../netlify/handler-kit/handler-list.ts";
import { type Blobs, startBlobs } from "../support/blobs.ts";
import { type MadeWork, makeWork, soon } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
let blobs: Blobs;
let databaseUrl: string;
let url: string;
let work: MadeWork;
let handled: string[] = [];

// The name and the type of the site's own example: the function runs the handlers of `handlers/index.ts`.
const greet = defineHandler({
  name: "greet-new-user",
  on: "user.lifecycle.create",
  retries: 1,
  handle({ uuid }) {
    handled.push(uuid);
  },
});

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
});
beforeEach(async () => {
  blobs = await startBlobs();
  handled = [];
  url = databaseUrl;
  work = await makeWork(url, [greet]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await work.close();
  await blobs.stop();
});
afterAll(() => postgres.destroy());

async function sweepNow() {
  const deadline = soon(work);
  return await sweep(work, { workDeadline: deadline, deadline, retentionDays: 30 });
}

describe("the sweep", () => {
  it("does nothing where nothing is left to do", async () => {
    expect(await sweepNow()).toMatchObject({ queued: 0, recovered: 0, done: 0, failed: 0, forgotten: 0 });
  });

  it("queues and runs what was recorded and not queued", async () => {
    await work.record("event-1");
    await work.record("event-2");
    await work.clock.advance(60_001);

    expect(await sweepNow()).toMatchObject({ queued: 2, done: 2 });
    expect(handled.toSorted()).toEqual(["event-1", "event-2"]);
  });

  it("leaves a delivery alone that its own invocation still has", async () => {
    await work.record("event-1");

    expect(await sweepNow()).toMatchObject({ queued: 0, done: 0 });
  });

  it("recovers a run whose process died, and runs it", async () => {
    await queueEvents(work, await work.record("event-1"));
    await work.take(1);
    await work.clock.advance(3_600_000);

    expect(await sweepNow()).toMatchObject({ recovered: 1, done: 1 });
    expect(handled).toEqual(["event-1"]);
  });

  it("runs a handler with the longest time limit though the database first has to wake", async () => {
    const slowest = defineHandler({ ...greet, timeoutMs: MAX_TIMEOUT_MS });
    await queueEvents(work, await work.record("event-1"));
    let asleep = true;
    const drowsy: MadeWork = {
      ...work,
      handlers: [slowest],
      database: {
        ...work.database,
        async query(text, values, limit) {
          if (asleep) await work.clock.advance(5_000);
          asleep = false;
          return await work.database.query(text, values, limit);
        },
      },
    };

    const workDeadline = work.clock.now() + 21_000;
    await sweep(drowsy, { workDeadline, deadline: workDeadline + 4_000, retentionDays: 30 });

    expect(handled).toEqual(["event-1"]);
  });

  it("tells of a run that died with its process at its last try", async () => {
    await queueEvents(work, await work.record("event-1"));
    await work.sql("update runs set retries = 0");
    await work.take(1);
    await work.clock.advance(3_600_000);

    expect(await sweepNow()).toMatchObject({ recovered: 1, done: 0 });
    expect(work.reported("dead-letter")).toMatchObject([
      { uuid: "event-1", attempts: 1, error: "its process ended before it did" },
    ]);
  });
});

describe("the function", () => {
  /** Calls the function as Netlify's scheduler does, on a deploy. */
  async function invoke(deploy: { context: string; published: boolean }): Promise<unknown> {
    vi.stubEnv("NETLIFY_DB_URL", url);
    vi.stubEnv("NETLIFY_BLOBS_CONTEXT", blobs.context);
    vi.stubGlobal("Netlify", { env: { get: (name: string) => process.env[name] } });
    vi.spyOn(console, "info").mockReturnValue();
    vi.resetModules();
    const { default: serveSweep } = await import("../../netlify/functions/sweep.mts");
    const request = new Request("http://localhost/.netlify/functions/sweep", {
      method: "POST",
      body: JSON.stringify({ next_run: "2026-11-24T11:00:00.000Z" }),
    });
    const response = await serveSweep(request, { deploy: { id: "1", ...deploy } } as Context);
    return await response.json();
  }

  it.for([
    ["a preview", { context: "deploy-preview", published: false }],
    ["a branch deploy", { context: "branch-deploy", published: false }],
    ["a branch's own context", { context: "staging", published: true }],
    ["an old production deploy", { context: "production", published: false }],
  ] as const)("runs none of the due jobs on %s", async ([, deploy]) => {
    await queueEvents(work, await work.record("event-1"));

    expect(await invoke(deploy)).toMatchObject({ outcome: "not-here" });

    expect(await listRuns(work.database, ["event-1"])).toMatchObject([{ state: "waiting", attempts: 0 }]);
  });

  it.for([
    ["the published production deploy", { context: "production", published: true }],
    ["netlify dev", { context: "dev", published: false }],
  ] as const)("runs what is due on %s", async ([, deploy]) => {
    await queueEvents(work, await work.record("event-1"));

    expect(await invoke(deploy)).toMatchObject({ outcome: "swept", done: 1, failed: 0 });

    expect(await listRuns(work.database, ["event-1"])).toMatchObject([{ state: "done", attempts: 1 }]);
  });

  it("says so and fails when the store does not answer", async () => {
    const error = vi.spyOn(console, "error").mockReturnValue();
    url = "postgres://postgres:wrong@127.0.0.1:1/none";

    expect(await invoke({ context: "production", published: true })).toEqual({ outcome: "interrupted" });

    const line: unknown = JSON.parse(String(error.mock.calls[0]?.[0]));
    expect(line).toMatchObject({ level: "error", outcome: "work-interrupted" });
  });

  it("keeps everything and goes on when RETENTION_DAYS cannot be read", async () => {
    const error = vi.spyOn(console, "error").mockReturnValue();
    vi.stubEnv("RETENTION_DAYS", "a month");
    await queueEvents(work, await work.record("event-1"));

    expect(await invoke({ context: "production", published: true })).toMatchObject({
      outcome: "swept",
      done: 1,
    });

    expect(String(error.mock.calls[0]?.[0])).toContain("RETENTION_DAYS");
  });

  it("still forgets what is too old when the handlers do not load, and touches nothing else", async () => {
    const error = vi.spyOn(console, "error").mockReturnValue();
    const monthAgo = Date.now() - 31 * 86_400_000;
    await work.record("old");
    await work.sql("update deliveries set received_at = $1, queued_at = $1", [new Date(monthAgo)]);
    await work.record("left-behind");
    await work.sql("update deliveries set received_at = now() - interval '1 hour' where queued_at is null");
    vi.doMock("../../netlify/handlers/index.ts", () => ({ handlers: listHandlers([greet, greet]) }));
    onTestFinished(() => void vi.doUnmock("../../netlify/handlers/index.ts"));

    expect(await invoke({ context: "production", published: true })).toMatchObject({
      outcome: "retention-only",
      forgotten: 1,
    });

    expect(await work.sql("select uuid from deliveries join events on delivery_id = id")).toMatchObject([
      { uuid: "left-behind" },
    ]);
    expect(await work.sql("select queued_at from deliveries")).toEqual([{ queued_at: null }]);
    expect(String(error.mock.calls[0]?.[0])).toContain("Two handlers are named greet-new-user");
  });
});
