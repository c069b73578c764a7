/** Whatever an authenticated call carries: no throw, no 5xx, and nothing printed that steers a terminal. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callEndpoint, useStore } from "../support/call-endpoint.ts";
import { brokenHook, hostileHook } from "../support/hostile-hook.ts";

const secret = "Basic b2t0YTphLWxvbmctYW5kLXByaXZhdGUtc2VjcmV0";
const limit = { timeout: 120_000 };
/** The same hooks in every run: a test that fails says something of the change at hand. Other seeds find other hooks. */
const seed = 4711;

useStore();

async function deliver(body: string, where: "locally" | "deployed") {
  const { response, printed, printedAfterwards } = await callEndpoint({
    where,
    environment: { OKTA_HOOK_SECRET: secret },
    request: (origin) =>
      new Request(new URL("/okta-webhooks-endpoint", origin), {
        method: "POST",
        headers: { "content-type": "application/json", authorization: secret },
        body,
      }),
  });
  return { status: response.status, printed: [...printed, ...printedAfterwards].join("\n") };
}

/** Everything that could steer a terminal, but for the line feeds of a report. */
const UNSAFE = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

describe("an authenticated call, however odd,", () => {
  it("is answered 204 or 4xx, printed safely, and more often than not accepted", limit, async () => {
    const runs = 400;
    let accepted = 0;
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileHook, brokenHook), fc.boolean(), async (hook, local) => {
        const body = typeof hook === "string" ? hook : hook.body;

        const { status, printed } = await deliver(body, local ? "locally" : "deployed");

        expect([204, 400, 422]).toContain(status);
        expect(printed).not.toMatch(UNSAFE);
        asked++;
        if (status === 204) accepted++;
      }),
      { seed, numRuns: runs },
    );
    expect(asked).toBeGreaterThanOrEqual(runs);
    expect(accepted).toBeGreaterThanOrEqual(asked / 2);
  });
});
