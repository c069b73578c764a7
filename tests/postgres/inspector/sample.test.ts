/** The page's button for a first event: who may press it, and where the secret goes. */
import { expect, it, vi } from "vitest";
import * as deliveriesContract from "../../../netlify/api/schema/deliveries.ts";
import { callInspector, localToken } from "../../support/call-inspector.ts";
import { ask, useInspectorStore } from "../../support/inspector-store.ts";
import { listen } from "../../support/listen.ts";

useInspectorStore();

const environment = {
  NETLIFY_DEV: "true",
  LOG_PAYLOADS: "false",
  OKTA_HOOK_SECRET: "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=",
  HOOKDECK_SIGNING_SECRET: "the-signing-secret-of-this-test",
};

it("the sample takes the way of a delivery, secret and signature included", async () => {
  vi.spyOn(console, "info").mockReturnValue();
  const headers = await localToken();
  const sent = await callInspector("sample", { where: "locally", method: "POST", headers, environment });
  await sent.afterwards;

  expect(sent.status).toBe(202);
  const { items } = await ask("deliveries", deliveriesContract.feedPage, { where: "locally" });
  expect(items).toMatchObject([
    { kind: "delivery", delivery: { origin: "preview", eventTypes: ["user.lifecycle.create"] } },
  ]);
});

it("the secret goes to nobody whom the call names as its host", async () => {
  vi.spyOn(console, "info").mockReturnValue();
  const other = await listen((_, response) => response.writeHead(204).end());
  const origin = new URL(other.url).origin;
  const headers = { ...(await localToken()), host: new URL(other.url).host };
  const sent = await callInspector("sample", {
    where: "locally",
    origin,
    method: "POST",
    headers,
    environment,
  });
  await sent.afterwards;

  expect(sent.status).toBe(202);
  expect(other.calls).toEqual([]);
});

it("a deployed site sends none", async () => {
  const answer = await callInspector("sample", {
    method: "POST",
    headers: { authorization: "Bearer a-password-of-this-test" },
  });
  expect(answer.status).toBe(403);
});
