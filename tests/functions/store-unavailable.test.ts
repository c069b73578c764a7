/** A call that cannot be recorded is asked for again: Okta retries a 5xx, a 4xx never. */
import { expect, it } from "vitest";
import { callEndpoint } from "../support/call-endpoint.ts";
import { aBodyWith, anEvent } from "../support/hook-body.ts";

const secret = "Basic b2t0YTphLWxvbmctYW5kLXByaXZhdGUtc2VjcmV0";

it.each([
  ["is not set up", {}],
  ["is down", { NETLIFY_DB_URL: "postgres://nobody:password-4711@127.0.0.1:1/none" }],
])("answers 503 where the store %s, and tells no more than that", async (_, database) => {
  const { response, printed } = await callEndpoint({
    where: "deployed",
    environment: { OKTA_HOOK_SECRET: secret, ...database },
    request: (origin) =>
      new Request(new URL("/okta-webhooks-endpoint", origin), {
        method: "POST",
        headers: { "content-type": "application/json", authorization: secret },
        body: aBodyWith(anEvent()),
      }),
  });

  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(JSON.parse(printed.join())).toMatchObject({ level: "error", outcome: "store-unavailable" });
  expect((await response.text()) + printed.join()).not.toMatch(/4711|Jane|jane@example/);
});
