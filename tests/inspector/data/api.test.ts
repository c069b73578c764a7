/** What the page says where a call fails. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { explain, fetchHandlers } from "../../../netlify/inspector/data/api.ts";

afterEach(() => vi.unstubAllGlobals());

async function saidAfter(answer: () => Promise<Response>): Promise<string> {
  vi.stubGlobal("fetch", answer);
  const called = await fetchHandlers();
  return called.outcome === "ok" ? "ok" : explain(called);
}

const html = (status: number) => async () =>
  new Response("<h1>Error</h1>", { status, headers: { "content-type": "text/html" } });

describe("a call that fails", () => {
  it("for want of a server asks whether it runs", async () => {
    expect(await saidAfter(() => Promise.reject(new TypeError("fetch failed")))).toBe(
      "No answer from the server. Is it still running?",
    );
  });

  it("because the platform limits calls says to wait, for how long", async () => {
    expect(await saidAfter(html(429))).toBe(
      "Too many calls from this address. Wait a minute, then try again.",
    );
  });

  it.each([200, 404, 502])("with a page that is not the API's (%i) says so", async (status) => {
    expect(await saidAfter(html(status))).toContain(`(${status})`);
  });

  it("for the API's own reason gives it in the API's words", async () => {
    const problem = {
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "Look again in a minute.",
    };
    const headers = { "content-type": "application/problem+json" };
    expect(await saidAfter(async () => new Response(JSON.stringify(problem), { status: 409, headers }))).toBe(
      problem.detail,
    );
  });
});
