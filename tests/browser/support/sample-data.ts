/** A morning at an imaginary company, for the page's looks: the same on each run but for its day. */
import type { Activity, DeliveryDetail, EventDetail, Run } from "../../../netlify/api/contract.ts";
import { describeEvent } from "../../../netlify/report/describe-event.ts";
import { sampleDelivery } from "../../../netlify/samples/sample-delivery.ts";
import { emptyStore, type FakeStore } from "./fake-api.ts";

const people = [
  ["Jane Doe", "jane.doe@example.com"],
  ["Amir Haddad", "amir.haddad@example.com"],
  ["Lena Fischer", "lena.fischer@example.com"],
  ["Tomás Ortiz", "tomas.ortiz@example.com"],
  ["Mei Tanaka", "mei.tanaka@example.com"],
] as const;

const kinds = [
  ["user.lifecycle.create", "Create Okta user", "SUCCESS"],
  ["user.session.start", "User login to Okta", "SUCCESS"],
  ["user.account.lock", "Max sign in attempts exceeded", "FAILURE"],
  ["group.user_membership.add", "Add user to group membership", "SUCCESS"],
  ["application.user_membership.add", "Add user to application membership", "SUCCESS"],
  ["user.mfa.factor.activate", "Enroll factor for user", "SUCCESS"],
  ["user.account.reset_password", "Fired when the user's Okta password is reset", "SUCCESS"],
  ["user.authentication.auth_via_mfa", "Authentication of user via MFA", "DENY"],
] as const;

/** @param now the moment of the newest delivery */
export function sampleStore(now: Date): FakeStore {
  const store = emptyStore();
  for (let number = 0; number < 46; number++) {
    const at = new Date(now.getTime() - (45 - number) * 83_000 - (number % 4) * 11_000);
    const size = number % 9 === 4 ? 3 : 1;
    const events = Array.from({ length: size }, (_, place) =>
      sampleEvent(number + place, at, String(number + 1)),
    );
    store.events.unshift(...events);
    store.deliveries.unshift(sampleDeliveryDetail(number, at, events));
  }
  store.rejections = [
    {
      id: "r1",
      receivedAt: new Date(now.getTime() - 240_000).toISOString(),
      method: "GET",
      path: "/okta-webhooks-endpoint",
      status: 401,
      reason:
        "The authorization header is missing: set the hook's authentication field and secret in Okta as OKTA_HOOK_SECRET is set here.",
      headers: {
        host: "localhost:1337",
        "x-okta-verification-challenge": "[redacted]",
        accept: "application/json",
      },
    },
  ];
  const failed = store.events.filter((_, index) => index % 17 === 3);
  for (const event of failed) {
    event.runs = [deadRun(event), ...event.runs];
    event.handlers = { state: "dead", nextTryAt: null };
  }
  store.dead = failed.map((event) => ({
    ...deadRun(event),
    uuid: event.uuid,
    eventType: event.eventType,
    published: event.published,
  }));
  store.activity = sampleActivity(now);
  return store;
}

function sampleEvent(number: number, at: Date, deliveryId: string): EventDetail {
  const [eventType, displayMessage, outcome] = kinds[(number * 5) % kinds.length] ?? kinds[0];
  const [name, login] = people[number % people.length] ?? people[0];
  const body = sampleDelivery({ eventType, now: new Date(at.getTime() - 1300), sparse: false });
  const event = JSON.parse(JSON.stringify(body)).data.events[0];
  event.displayMessage = displayMessage;
  event.outcome = { result: outcome, reason: outcome === "FAILURE" ? "Too many attempts" : null };
  event.target[0].displayName = name;
  event.target[0].alternateId = login;
  return {
    uuid: event.uuid,
    published: event.published,
    receivedAt: at.toISOString(),
    eventType,
    deliveryId,
    summary: describeEvent(event),
    actor: { id: event.actor.id, login: event.actor.alternateId, name: event.actor.displayName },
    target: { id: event.target[0].id, login, name },
    outcome,
    severity: outcome === "SUCCESS" ? "INFO" : "WARN",
    departed: false,
    payloadKept: true,
    handlers: { state: "done", nextTryAt: null },
    notQueued: null,
    json: JSON.stringify(event),
    departures: [],
    leftOut: [],
    runs: [
      {
        handler: "greet-new-user",
        state: "done",
        attempts: 1,
        maxAttempts: 6,
        lastError: null,
        nextTryAt: null,
        updatedAt: at.toISOString(),
        paused: false,
        listed: true,
      },
    ],
  };
}

function deadRun({ receivedAt }: EventDetail): Run {
  return {
    handler: "tell-the-front-desk",
    state: "dead",
    attempts: 6,
    maxAttempts: 6,
    lastError:
      "Error: desk.example.com answered 503\n    at tellTheFrontDesk (netlify/handlers/tell-the-front-desk.ts:14:11)",
    nextTryAt: null,
    updatedAt: receivedAt,
    paused: false,
    listed: true,
  };
}

function sampleDeliveryDetail(number: number, at: Date, events: EventDetail[]): DeliveryDetail {
  const origin = number % 7 === 0 ? "preview" : number % 3 === 0 ? "hookdeck" : "okta";
  const duplicate = number % 11 === 6;
  const [first] = events;
  return {
    id: String(number + 1),
    receivedAt: at.toISOString(),
    eventId: `5a0e${String(number).padStart(4, "0")}-6c1d-4f0c-9d5e-2b8f6f1f9a10`,
    hookId: "who1a2b3c4d5e6f7g8h9",
    origin,
    hookdeck:
      origin === "hookdeck"
        ? {
            eventId: `evt_${number}k2J9sQ`,
            attempt: number % 5 === 0 ? 2 : 1,
            url: `https://dashboard.hookdeck.com/events/evt_${number}k2J9sQ`,
          }
        : null,
    eventCount: events.length,
    newCount: duplicate ? 0 : events.length,
    duplicateCount: duplicate ? events.length : 0,
    unreadableCount: 0,
    eventTypes: [...new Set(events.map(({ eventType }) => eventType))],
    firstSummary: first?.summary ?? null,
    tookMs: 4 + ((number * 13) % 29),
    odd: number % 13 === 5,
    handlers: { state: "done", nextTryAt: null },
    headers: {
      accept: "application/json",
      authorization: "[redacted]",
      "content-type": "application/json",
      "user-agent": "Okta-Event-Hooks",
    },
    envelope: JSON.stringify({
      eventType: "com.okta.event_hook",
      eventTypeVersion: "1.0",
      cloudEventsVersion: "0.1",
      source: "https://example.okta.com/api/v1/eventHooks/who1a2b3c4d5e6f7g8h9",
      data: {},
    }),
    departures: [],
    events: duplicate ? [] : events.map(({ json, departures, runs, ...summary }) => summary),
    moreEvents: false,
    unreadable: [],
    duplicateUuids: duplicate ? events.map(({ uuid }) => uuid) : [],
  };
}

function sampleActivity(now: Date): Activity {
  const stepSeconds = 60;
  const from = now.getTime() - 60 * stepSeconds * 1000;
  const buckets = Array.from({ length: 60 }, (_, index) => {
    const wave = 6 + 5 * Math.sin(index / 7) + 3 * Math.sin(index / 2.3);
    const types = {
      "user.session.start": Math.max(0, Math.round(wave)),
      "group.user_membership.add": index % 4,
      "user.lifecycle.create": index % 7 === 0 ? 3 : index % 3 === 0 ? 1 : 0,
      "user.account.lock": index % 9 === 2 ? 2 : 0,
      other: index % 5 === 0 ? 1 : 0,
    };
    const total = Object.values(types).reduce((sum, many) => sum + many, 0);
    const failures = types["user.account.lock"];
    return { at: new Date(from + index * stepSeconds * 1000).toISOString(), total, failures, types };
  });
  return { from: new Date(from).toISOString(), to: now.toISOString(), stepSeconds, buckets };
}
