/** The inspector's API over a real store. `setup` of `GET /api/health`: what the checklist can tick off. */
import { describe, expect, it } from "vitest";
import * as healthContract from "../../../netlify/api/schema/health.ts";
import { bearer, callInspector, password } from "../../support/call-inspector.ts";
import { ask, at, record, useInspectorStore } from "../../support/inspector-store.ts";

useInspectorStore();

const setup = async (environment: Record<string, string> = {}) => {
  const answer = await ask("health", healthContract.health, {
    headers: bearer,
    environment: { INSPECTOR_PASSWORD: password, ...environment },
  });
  return answer.setup;
};

const origins = {
  okta: { by: "okta" },
  hookdeck: { by: "hookdeck", eventId: "evt_1", attempt: 1, url: null },
  preview: { by: "preview" },
  "system-log": { by: "system-log" },
} as const;

describe("how far the set-up has come", () => {
  it("is nothing at first, but for the handlers", async () => {
    expect(await setup()).toEqual({
      secret: "missing",
      handlers: ["greet-new-user", "tell-hr"],
      lastDeliveryAt: null,
    });
  });

  it("tells whether the endpoint has a secret, and never which", async () => {
    const secret = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
    expect((await setup({ OKTA_HOOK_SECRET: secret })).secret).toBe("set");
    expect((await setup({ OKTA_HOOK_SECRET_PREVIOUS: secret })).secret).toBe("unusable");
    const { text } = await callInspector("health", {
      headers: bearer,
      environment: { INSPECTOR_PASSWORD: password, OKTA_HOOK_SECRET: secret },
    });
    expect(text).not.toContain("b2t0");
  });

  it("tells the last delivery of Okta's own, direct or through Hookdeck: no preview and nothing of the System Log", async () => {
    const came = (minute: number) => new Date(Date.UTC(2026, 10, 24, 9, minute));
    const from = (origin: keyof typeof origins, minute: number) =>
      record([at(1, `${origin} ${minute}`)], { origin: origins[origin], receivedAt: came(minute) });
    await from("preview", 1);
    await from("system-log", 2);
    expect((await setup()).lastDeliveryAt).toBeNull();
    await from("hookdeck", 3);
    expect((await setup()).lastDeliveryAt).toBe(came(3).toISOString());
    await from("okta", 4);
    await from("preview", 5);
    expect((await setup()).lastDeliveryAt).toBe(came(4).toISOString());
  });

  it("is told to nobody without the password", async () => {
    expect((await callInspector("health")).status).toBe(401);
  });
});
