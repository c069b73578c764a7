/** Delivers to a site as Okta does. */
import { randomUUID } from "node:crypto";

/** Delivers one new user. @returns the status, and the event's uuid */
export async function deliver(site: string): Promise<{ readonly status: number; readonly uuid: string }> {
  const uuid = randomUUID();
  const event = { uuid, published: new Date().toISOString(), eventType: "user.lifecycle.create" };
  const { status } = await fetch(`${site}/okta-webhooks-endpoint`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ eventType: "com.okta.event_hook", data: { events: [event] } }),
  });
  return { status, uuid };
}
