/**
 * Sample deliveries, as Okta's own would look: a realistic one, and the sparse one of the Admin Console's Preview when there
 * is no recent event. Ids and times are fresh in each, or the receiver would take it for a duplicate.
 * Shapes: https://developer.okta.com/docs/concepts/event-hooks/#sample-event-delivery-payload
 */
import { randomInt, randomUUID } from "node:crypto";
import { displayMessageOf, sampleParties } from "./sample-parties.ts";

const ID_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const SAN_FRANCISCO = {
  city: "San Francisco",
  state: "California",
  country: "United States",
  postalCode: "94105",
  geolocation: { lat: 37.7852, lon: -122.3874 },
};

/** What a sample is about. */
export interface SampleRequest {
  readonly eventType: string;
  readonly now: Date;
  /** Nulls wherever Okta's sample data has them. */
  readonly sparse: boolean;
}

/** The body of a delivery with one event. */
export function sampleDelivery({ eventType, now, sparse }: SampleRequest): Record<string, unknown> {
  return {
    ...envelope(now),
    data: { events: [sparse ? sparseEvent(eventType, now) : fullEvent(eventType, now)] },
  };
}

/** The body of a delivery of this very event. @param json the event; not a byte of it is changed */
export function wrapEvent(json: string, now: Date): string {
  return `${JSON.stringify(envelope(now)).slice(0, -1)},"data":{"events":[${json}]}}`;
}

function envelope(now: Date) {
  return {
    eventType: "com.okta.event_hook",
    eventTypeVersion: "1.0",
    cloudEventsVersion: "0.1",
    source: `https://example.okta.com/api/v1/eventHooks/${oktaId("who")}`,
    eventId: randomUUID(),
    eventTime: now.toISOString(),
    contentType: "application/json",
  };
}

/** Okta's ids: a prefix that tells the kind (`00u` user, `who` event hook), 20 characters in all. */
function oktaId(prefix: string): string {
  const rest = Array.from({ length: 20 - prefix.length }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]);
  return prefix + rest.join("");
}

function eventHead(eventType: string, now: Date) {
  return {
    uuid: randomUUID(),
    published: now.toISOString(),
    eventType,
    version: "0",
    displayMessage: displayMessageOf(eventType),
    severity: "INFO",
  };
}

function fullEvent(eventType: string, now: Date): Record<string, unknown> {
  const requestId = randomUUID().replaceAll("-", "");
  return {
    ...eventHead(eventType, now),
    client: {
      userAgent: {
        rawUserAgent:
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36",
        os: "Mac OS X",
        browser: "CHROME",
      },
      zone: "null",
      device: "Computer",
      id: null,
      ipAddress: "203.0.113.42",
      geographicalContext: SAN_FRANCISCO,
      ipChain: [
        {
          ip: "203.0.113.42",
          geographicalContext: SAN_FRANCISCO,
          version: "V4",
          source: null,
        },
      ],
    },
    device: null,
    ...sampleParties(eventType, oktaId),
    outcome: { result: "SUCCESS", reason: null },
    transaction: { type: "WEB", id: requestId, detail: {} },
    debugContext: { debugData: { requestId, requestUri: "/api/v1/users", url: "/api/v1/users?" } },
    legacyEventType: eventType === "user.lifecycle.create" ? "core.user.config.user_creation.success" : null,
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      authenticationStep: 0,
      externalSessionId: `102${oktaId("")}`,
      interface: null,
    },
    securityContext: {
      asNumber: 64496,
      asOrg: "Example Networks",
      isp: "Example Networks",
      domain: null,
      isProxy: false,
    },
    insertionTimestamp: null,
  };
}

function sparseEvent(eventType: string, now: Date): Record<string, unknown> {
  return {
    ...eventHead(eventType, now),
    client: null,
    device: null,
    actor: null,
    outcome: { result: "Success", reason: null },
    target: null,
    transaction: { type: null, id: null, detail: null },
    debugContext: null,
    legacyEventType: null,
    authenticationContext: null,
    securityContext: null,
    insertionTimestamp: null,
  };
}
