/** The inspector's API over a real store. What is told to whom must not see, and when the store fails. */
import { describe, expect, it } from "vitest";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";
import { type PostgresServer, startPostgresServer } from "../../support/postgres-server.ts";

/** A server of its own: it is stopped. */
let postgres: PostgresServer;
useInspectorStore(async () => {
  postgres = await startPostgresServer();
  return postgres;
});

describe("without the password", () => {
  it("nothing of the data is told, whatever is asked", async () => {
    await record([makeEvent("event-1")]);
    const paths = [
      "changes",
      "deliveries",
      "deliveries/1",
      "events",
      "events/event-1",
      "dead",
      "event-types",
      "activity",
      "events?actor=%00",
      "made-up",
    ];
    for (const path of paths) {
      for (const headers of [{}, { authorization: "Bearer wrong" }, { cookie: "__Host-inspector=wrong" }]) {
        const answer = await callInspector(path, { headers });
        expect(answer.status, path).toBe(401);
        expect(answer.text).not.toMatch(/event-1|Ada|00uadmin|user\.lifecycle/);
      }
    }
    for (const path of ["events/event-1/replay", "dead/replay", "sample"]) {
      expect((await callInspector(path, { method: "POST" })).status).toBe(401);
    }
  });
});

describe("a store that fails", () => {
  it("is said as such, with when to ask again, and without a value", async () => {
    await postgres.stop();
    try {
      const answer = await callInspector("events?actor=private-value", signedIn);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(answer.text).not.toContain("private-value");
    } finally {
      await postgres.restart();
    }
    expect((await callInspector("events", signedIn)).status).toBe(200);
  });
});
