import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { type Blobs, blobsContext, startBlobs } from "../support/blobs.ts";
import { listen } from "../support/listen.ts";

// The client waits 5 s between its tries, but 1 ms under NODE_ENV=test: here it is what it is when deployed.
vi.stubEnv("NODE_ENV", "production");
const { openBlobCache } = await import("../../netlify/blob-cache/blob-cache.ts");

const schema = z.object({ cursor: z.string() });
let blobs: Blobs;
let problems: string[] = [];
const open = (timeoutMs?: number) =>
  openBlobCache({
    databaseId: null,
    report: (problem) => problems.push(problem),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });

beforeAll(async () => {
  blobs = await startBlobs();
});
beforeEach(() => {
  problems = [];
  vi.stubEnv("NETLIFY_BLOBS_CONTEXT", blobs.context);
});
afterAll(() => blobs.stop());

/** Blobs that answer like this. */
async function stub(answer: Parameters<typeof listen>[0]): Promise<{ calls: readonly unknown[] }> {
  const { url, calls } = await listen(answer);
  vi.stubEnv("NETLIFY_BLOBS_CONTEXT", blobsContext(new URL(url).origin));
  return { calls };
}

describe("a value", () => {
  it("is read as it was written", async () => {
    expect(await open().write("cursor", { cursor: "after-1" })).toBe(true);
    expect(await open().write("cursor", { cursor: "after-2" })).toBe(true);

    expect(await open().read("cursor", schema)).toEqual({ cursor: "after-2" });
    expect(problems).toEqual([]);
  });

  it("that was never written is missing, and that is no problem", async () => {
    expect(await open().read("never-written", schema)).toBeUndefined();
    expect(await open().list("never-written/")).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is found by the beginning of its key until it is removed", async () => {
    const cache = open();
    await cache.write("marker/2", {});
    await cache.write("marker/1", {});
    await cache.write("other", {});

    expect((await cache.list("marker/"))?.toSorted()).toEqual(["marker/1", "marker/2"]);
    expect(await cache.remove("marker/1")).toBe(true);
    expect(await cache.list("marker/")).toEqual(["marker/2"]);
    expect(problems).toEqual([]);
  });

  it("that does not fit is missing", async () => {
    await open().write("cursor", { cursor: 7 });

    expect(await open().read("cursor", schema)).toBeUndefined();
    expect(problems).toEqual(["Netlify Blobs could not be read: cursor has an unexpected value"]);
  });
});

describe("when Blobs", () => {
  /** All calls of an invocation end without a value, with the time limit at the latest, and one problem is told. */
  async function expectOneProblem(text: string, limitMs: number): Promise<void> {
    const cache = open(limitMs);
    const result = await Promise.all([
      cache.read("cursor", schema),
      cache.list("marker/"),
      cache.write("cursor", { cursor: "after-3" }),
      cache.remove("cursor"),
    ]);
    expect(result).toEqual([undefined, undefined, false, false]);
    expect(problems).toEqual([expect.stringContaining(text)]);
  }

  it("are away, each call fails at once, and the first is told", async () => {
    const gone = await startBlobs();
    await gone.stop();
    vi.stubEnv("NETLIFY_BLOBS_CONTEXT", gone.context);

    await expectOneProblem("ECONNREFUSED", 1_000);
  });

  it("never answer, a call ends with its time limit", async () => {
    await stub(() => {});

    await expectOneProblem("it took longer than 100 ms", 100);
  });

  it("answer with a part and no end, a call ends with its time limit", async () => {
    await stub(({ method }, response) => {
      if (method === "GET") response.writeHead(200).write('{"cursor":');
    });

    await expectOneProblem("it took longer than 100 ms", 100);
  });

  it("are broken, they are asked once", async () => {
    const { calls } = await stub((_, response) => response.writeHead(503).end());

    await expectOneProblem("status 503", 1_000);
    expect(calls).toHaveLength(4);
  });

  it("answer rubbish, there is no value", async () => {
    await stub((_, response) => response.end("<html>"));
    const cache = open();

    expect(await cache.read("cursor", schema)).toBeUndefined();
    expect(await cache.list("marker/")).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining("JSON")]);
  });

  it.for(["", "rubbish"])("have no context but %j, there is no value", async (context) => {
    vi.stubEnv("NETLIFY_BLOBS_CONTEXT", context);

    await expectOneProblem("has not been configured", 1_000);
  });
});
