/** A run that fails for the last time is told of right after its delivery, not with the next sweep. */
import { expect, it, vi } from "vitest";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { callEndpoint, useStore } from "../support/call-endpoint.ts";
import { makeBody, makeEvent } from "../support/deliveries.ts";
import { listen } from "../support/listen.ts";

vi.mock("../../netlify/handlers/index.ts", () => ({
  handlers: [
    defineHandler({
      name: "greet",
      on: "user.lifecycle.create",
      retries: 0,
      handle() {
        throw new TypeError("no chat for jane@example.com");
      },
    }),
  ],
}));

useStore();

it("is told once, however many of its kind follow, and names no person", async () => {
  const address = await listen((_, response) => void response.writeHead(204).end());
  const secret = "a-secret-of-this-test";
  for (const uuid of ["event-1", "event-2"]) {
    const { response } = await callEndpoint({
      where: "deployed",
      environment: {
        OKTA_HOOK_SECRET: secret,
        ALERT_URL: address.url,
        ALERT_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
      },
      request: (origin) =>
        new Request(new URL("/okta-webhooks-endpoint", origin), {
          method: "POST",
          headers: { "content-type": "application/json", authorization: secret },
          body: makeBody([makeEvent(uuid)]),
        }),
    });
    expect(response.status).toBe(204);
  }

  expect(address.calls.map(({ body }) => JSON.parse(body.toString()))).toMatchObject([
    {
      type: "alert.firing",
      data: {
        kind: "dead-letters",
        sentence: "greet failed for the last time on 1 event (user.lifecycle.create), with a TypeError.",
      },
    },
  ]);
  expect(String(address.calls[0]?.body)).not.toContain("jane");
});
