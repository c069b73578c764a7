/** The inspector's API over a real store. One event: exactly as it was written, whatever it holds. */
import { describe, expect, it } from "vitest";
import * as eventsContract from "../../../netlify/api/schema/events.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { ask, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";

const store = useInspectorStore();

describe("an event", () => {
  const hostile = [
    '{"uuid":"odd","published":"2026-11-24T09:00:00Z","eventType":"a.b","n":1e400,"big":12345678901234567890,"nul":"\\u0000","half":"\\ud800"}',
    '{ "uuid" : "odd",\n"published":"2026-11-24T09:00:00Z", "eventType":"<script>alert(1)</script>","displayMessage":"\u202Eevil</script>" }',
  ];
  it.each(hostile)("is given back exactly as it was written", async (json) => {
    await record([json]);
    const event = await ask("events/odd", eventsContract.eventDetail);
    expect(event.json).toBe(json);
  });

  it("is described by its payload: Okta's own words and every target", async () => {
    await record([makeEvent("event-1", { version: 7 })]);
    const event = await ask("events/event-1", eventsContract.eventDetail);
    expect(event.summary).toBe(
      "Create Okta user: Staff (00gstaff), New User (00unew) by Ada Admin (00uadmin)",
    );
    expect(event.schemaDeviations).toEqual(["version: expected string"]);
    expect(event.runs).toEqual([]);
  });

  it("with a megabyte of text is shown whole", async () => {
    await record([makeEvent("event-1", { displayMessage: "x".repeat(1_000_000) })]);
    const event = await ask("events/event-1", eventsContract.eventDetail);
    expect(event.json).toContain("x".repeat(1_000_000));
    expect(event.summary.length).toBeLessThan(1000);
  });

  it("whose payload is forgotten is still known", async () => {
    await record([makeEvent("event-1")]);
    await store.sql("update events set payload = null");
    const event = await ask("events/event-1", eventsContract.eventDetail);
    expect(event).toMatchObject({ json: null, payloadKept: false, uuid: "event-1" });
  });

  it("has whatever uuid Okta gave it", async () => {
    const uuid = "a/b?c=d#e%f ü&'\"";
    await record([makeEvent(uuid)]);
    const event = await ask(`events/${encodeURIComponent(uuid)}`, eventsContract.eventDetail);
    expect(event.uuid).toBe(uuid);
  });

  it.each(["made-up", "%00", "%ED%A0%80", "x".repeat(129), "'"])(
    "that is made up (%s) is not found",
    async (uuid) => {
      const answer = await callInspector(`events/${uuid}`, signedIn);
      expect(answer.status).toBe(404);
      expect(answer.json.detail).toContain("uuid");
    },
  );

  it("that is made up is not found under the other names either that netlify dev asks for after a 404", async () => {
    for (const name of ["made-up.html", "made-up/index.html", "made-up/index.htm"]) {
      const answer = await callInspector(`events/${name}`, signedIn);
      expect(answer).toMatchObject({ status: 404, json: { detail: expect.stringContaining("uuid") } });
    }
  });
});
