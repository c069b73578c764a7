/** Deliveries for measuring: events with every part that Okta's live ones have, of the size that they have. */
import { randomUUID } from "node:crypto";

/** The usual size of an event of a hook, in bytes. */
const eventBytes = 3_500;
const geographicalContext = {
  city: "Wien",
  state: "Wien",
  country: "Austria",
  postalCode: "1010",
  geolocation: { lat: 48.2, lon: 16.4 },
};

function makeEvent(eventType: string): Record<string, unknown> {
  const user = `00u${randomUUID().slice(0, 17)}`;
  const event = {
    uuid: randomUUID(),
    published: new Date().toISOString(),
    eventType,
    version: "0",
    displayMessage: "User login to Okta",
    severity: "INFO",
    client: {
      userAgent: {
        rawUserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)",
        os: "Linux",
        browser: "FIREFOX",
      },
      geographicalContext,
      zone: "null",
      ipAddress: "198.51.100.7",
      device: "Computer",
      id: null,
      ipChain: [{ ip: "198.51.100.7", geographicalContext, version: "V4", source: null }],
    },
    actor: {
      id: user,
      type: "User",
      alternateId: `${user}@example.com`,
      displayName: "Jane Doe",
      detailEntry: null,
    },
    outcome: { result: "SUCCESS", reason: null },
    target: [
      {
        id: "0oaexample",
        type: "AppInstance",
        alternateId: "Intranet",
        displayName: "Intranet",
        detailEntry: null,
      },
      {
        id: user,
        type: "User",
        alternateId: `${user}@example.com`,
        displayName: "Jane Doe",
        detailEntry: null,
      },
    ],
    transaction: { type: "WEB", id: randomUUID(), detail: {} },
    debugContext: { debugData: {} as Record<string, string> },
    legacyEventType: "core.user_auth.login_success",
    authenticationContext: {
      authenticationProvider: null,
      authenticationStep: 0,
      credentialProvider: null,
      credentialType: null,
      externalSessionId: randomUUID(),
      interface: null,
      issuer: null,
    },
    securityContext: {
      asNumber: 1234,
      asOrg: "example",
      domain: "example.com",
      isp: "example",
      isProxy: false,
    },
    insertionTimestamp: null,
  };
  const { debugData } = event.debugContext;
  for (let index = 0, left = eventBytes - JSON.stringify(event).length; left > 0; index += 1) {
    debugData[`detail${index}`] = "x".repeat(Math.min(left, 100));
    left -= 100 + `"detail${index}":"",`.length;
  }
  return event;
}

/** The type that the site's one handler listens to. */
export const HANDLED_TYPE = "user.lifecycle.create";
/** The type of the handler that goes in order. */
export const ORDERED_TYPE = "user.lifecycle.deactivate";
/** A type without a handler, so that what follows an answer is short. */
const UNHANDLED_TYPE = "user.session.start";

/** The body of a delivery of `count` new events. */
export function makePayload(count: number, eventType = UNHANDLED_TYPE): string {
  return JSON.stringify({
    eventType: "com.okta.event_hook",
    eventTypeVersion: "1.0",
    cloudEventsVersion: "0.1",
    source: "https://example.okta.com/api/v1/eventHooks/whoexample",
    eventId: randomUUID(),
    eventTime: new Date().toISOString(),
    contentType: "application/json",
    data: { events: Array.from({ length: count }, () => makeEvent(eventType)) },
  });
}
