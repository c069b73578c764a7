/**
 * Valid events and deliveries to start from; a test changes only what it is about. They go through the reading that a
 * real body goes through. Their shape is that of Okta's sample for `user.lifecycle.create`.
 */
import type { Delivery } from "../../netlify/hook/delivery.ts";
import { readDelivery } from "../../netlify/hook/read-delivery.ts";

/** One time for all of them, and a recent one: an event that was published long ago is handled by nobody. */
export const published = new Date(Date.now() - 3_600_000).toISOString();

/** An event, ready to be written into a body. */
export function makeEvent(uuid: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uuid,
    published,
    eventType: "user.lifecycle.create",
    version: "0",
    displayMessage: "Create Okta user",
    severity: "INFO",
    actor: { id: "00uadmin", type: "User", alternateId: "Admin@example.com", displayName: "Ada Admin" },
    outcome: { result: "SUCCESS", reason: null },
    target: [
      { id: "00gstaff", type: "UserGroup", alternateId: "unknown", displayName: "Staff" },
      { id: "00unew", type: "User", alternateId: "new.user@example.com", displayName: "New User" },
    ],
    ...fields,
  };
}

/** An event of a wanted size, most of it in `debugData`, as in real ones. */
export function makeLargeEvent(uuid: string, bytes: number): Record<string, unknown> {
  const event = makeEvent(uuid);
  const debugData: Record<string, string> = {};
  const size = () => JSON.stringify({ ...event, debugContext: { debugData } }).length;
  for (let index = 0; size() < bytes - 60; index += 1) {
    debugData[`detail${index}`] = `value ${index} of ${uuid}`;
  }
  debugData.rest = "x".repeat(Math.max(0, bytes - size() - 10));
  return { ...event, debugContext: { debugData } };
}

/** The body of a delivery. Events that are text already are put in as they are. */
export function makeBody(events: readonly (Record<string, unknown> | string)[]): string {
  const texts = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  return `{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1","source":"https://example.okta.com/api/v1/eventHooks/whoexample","eventId":"delivery-1","eventTime":"2026-11-24T09:00:01.000Z","contentType":"application/json","data":{"events":[${texts.join(",")}]}}`;
}

/** A delivery as it comes out of the reading of its body. */
export function makeDelivery(
  events: readonly (Record<string, unknown> | string)[],
  fields: Partial<Delivery> = {},
): Delivery {
  const body = makeBody(events);
  const reading = readDelivery(body);
  if (reading.outcome !== "event-hook") throw new Error(`The made body is no delivery: ${reading.outcome}`);
  const { outcome: _, ...read } = reading;
  return {
    receivedAt: new Date("2026-11-24T09:00:02.000Z"),
    origin: { by: "okta" },
    headers: { "content-type": "application/json", authorization: "[redacted]" },
    body,
    ...read,
    ...fields,
  };
}
