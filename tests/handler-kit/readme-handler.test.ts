import { afterEach, describe, expect, it, vi } from "vitest";
import { makeEvent, runHandler } from "#handler-kit/testing";
import welcomeByChat from "../support/welcome-by-chat.ts";

afterEach(() => vi.unstubAllGlobals());

describe("the README's handler", () => {
  const event = makeEvent("user.lifecycle.create", {
    target: [{ type: "User", id: "00u1", displayName: "Ada" }],
  });

  it("hands the event's uuid on as the idempotency key", async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response());
    vi.stubGlobal("fetch", fetch);

    const { lines } = await runHandler(welcomeByChat, event);

    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ headers: { "idempotency-key": event.uuid } });
    expect(lines).toEqual([{ level: "info", message: "welcomed", fields: { id: "00u1" } }]);
  });

  it("fails, and so is tried again, where the other side does", async () => {
    vi.stubGlobal("fetch", async () => new Response(null, { status: 502 }));

    await expect(runHandler(welcomeByChat, event)).rejects.toThrow("502");
  });
});
