/** The sweep's own function, over a real database and Netlify Blobs' own client and server. */
import type { Context } from "@netlify/functions";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openBlobCache } from "../../netlify/blob-cache/blob-cache.ts";
import { writeMarker } from "../../netlify/blob-cache/dirty-markers.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { type Blobs, blobsContext, startBlobs } from "../support/blobs.ts";
import { listen } from "../support/listen.ts";
import { type MadeWork, makeWork } from "../support/made-work.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
let url: string;
let blobs: Blobs;
let work: MadeWork;
const lines: string[] = [];

const greet = defineHandler({ name: "greet-new-user", on: "user.lifecycle.create", handle() {} });
const context = {
  ip: "198.51.100.7",
  deploy: { id: "1", context: "production", published: true },
  waitUntil: () => {},
} as unknown as Context;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
beforeEach(async () => {
  blobs = await startBlobs();
  work = await makeWork(url, [greet]);
  vi.stubEnv("NODE_ENV", "production");
  vi.stubEnv("NETLIFY_DB_URL", url);
  vi.stubEnv("NETLIFY_BLOBS_CONTEXT", blobs.context);
  vi.stubGlobal("Netlify", { env: { get: (name: string) => process.env[name] } });
  lines.length = 0;
  for (const level of ["warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line)));
  }
  vi.spyOn(console, "info").mockReturnValue();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await work.close();
  await blobs.stop();
});
afterAll(() => postgres.destroy());

/** A sweep in an instance of its own, as Netlify's scheduler starts it. */
async function sweepOnce(): Promise<unknown> {
  vi.resetModules();
  const { default: serveSweep } = await import("../../netlify/functions/sweep.mts");
  const response = await serveSweep(
    new Request("http://localhost/", { method: "POST", body: "{}" }),
    context,
  );
  return await response.json();
}

async function queueOne(uuid: string): Promise<void> {
  await queueEvents(work, await work.record(uuid));
}

async function expectDoneOnce(uuid: string): Promise<void> {
  expect(await listRuns(work.database, [uuid])).toMatchObject([{ state: "done", attempts: 1 }]);
}

describe("the sweep", () => {
  it("does not ask the database when nothing can be there", async () => {
    expect(await sweepOnce()).toMatchObject({ outcome: "swept" });
    vi.stubEnv("NETLIFY_DB_URL", "postgres://postgres:wrong@127.0.0.1:1/none");

    expect(await sweepOnce()).toEqual({ outcome: "asleep" });
    expect(lines).toEqual([]);
  });

  it("wakes the database once to say that the handlers' code does not load, and once that it does again", async () => {
    const address = await listen((_, response) => void response.writeHead(204).end());
    vi.stubEnv("ALERT_URL", address.url);
    vi.stubEnv("ALERT_SECRET", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz");
    await sweepOnce();
    await writeMarker(openBlobCache({ databaseId: null, report: () => {} }), Date.now()).written;
    vi.doMock("../../netlify/handlers/index.ts", () => {
      throw new Error("a handler that does not load");
    });

    expect(await sweepOnce()).toMatchObject({ outcome: "retention-only" });
    vi.stubEnv("NETLIFY_DB_URL", "postgres://postgres:wrong@127.0.0.1:1/none");
    expect(await sweepOnce()).toEqual({ outcome: "handlers-broken" });
    vi.stubEnv("NETLIFY_DB_URL", url);
    vi.doUnmock("../../netlify/handlers/index.ts");
    expect(await sweepOnce()).toMatchObject({ outcome: "swept" });

    expect(address.calls.map(({ body }) => JSON.parse(body.toString()))).toMatchObject([
      { type: "alert.firing", data: { kind: "code" } },
      { type: "alert.resolved", data: { kind: "code" } },
    ]);
  });

  it("runs nothing twice when two sweep at once", async () => {
    for (let event = 0; event < 20; event += 1) await queueOne(`event-${event}`);

    await Promise.all([sweepOnce(), sweepOnce()]);

    for (let event = 0; event < 20; event += 1) await expectDoneOnce(`event-${event}`);
    expect(lines).toEqual([]);
    expect(await sweepOnce()).toEqual({ outcome: "asleep" });
  });
});

describe("when Blobs", () => {
  async function expectOneLook(problem: string): Promise<void> {
    await queueOne("event-1");
    expect(await sweepOnce()).toMatchObject({ outcome: "swept", done: 1 });
    await expectDoneOnce("event-1");
    expect(lines).toEqual([expect.stringMatching(`blobs-unavailable.*${problem}`)]);
  }

  it("are away, the sweep looks and says so once", async () => {
    const gone = await startBlobs();
    await gone.stop();
    vi.stubEnv("NETLIFY_BLOBS_CONTEXT", gone.context);

    await expectOneLook("ECONNREFUSED");
  });

  it("are slow, the sweep looks and says so once", async () => {
    const slow = await listen(() => {});
    vi.stubEnv("NETLIFY_BLOBS_CONTEXT", blobsContext(new URL(slow.url).origin));

    await expectOneLook("took longer than 1000 ms");
  });

  it("hold rubbish, the sweep looks and says so once", async () => {
    const rubbish = await listen(
      ({ method }, response) => void response.end(method === "GET" ? "<html>" : ""),
    );
    vi.stubEnv("NETLIFY_BLOBS_CONTEXT", blobsContext(new URL(rubbish.url).origin));

    await expectOneLook("could not be read");
  });

  it("have no context, the sweep looks and says so once", async () => {
    vi.stubEnv("NETLIFY_BLOBS_CONTEXT", "");

    await expectOneLook("has not been configured");
  });
});
