/** Delivers to a site as Okta does, and asks it for what came. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";

/** Delivers one new user, which must be acknowledged. @returns its uuid */
export async function deliver(site: string): Promise<string> {
  const uuid = randomUUID();
  const event = { uuid, published: new Date().toISOString(), eventType: "user.lifecycle.create" };
  const { status } = await fetch(`${site}/okta-webhooks-endpoint`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ eventType: "com.okta.event_hook", data: { events: [event] } }),
  });
  expect(status).toBe(204);
  return uuid;
}

/** Whether the site knows an event. */
export async function isStored(site: string, uuid: string): Promise<boolean> {
  return (await fetch(`${site}/api/events/${uuid}`)).status === 200;
}
