/**
 * What /okta-webhooks-endpoint answers, as data: one row for each thing that can be said to it, in the order of the
 * README's table. All of them are put to the function in process; those that could be answered otherwise by the packaged
 * function or under `netlify dev`, which both have Netlify's code around ours, there as well.
 * Left out are the answers that need a failing store.
 */
import { createHmac } from "node:crypto";

/** One call and what it must be answered. */
export interface AnswerRow {
  /** Reads as a sentence after "answers": `405 to a PUT`. */
  readonly name: string;
  /** `locally`: under `netlify dev`, called as localhost. `deployed`: anywhere else. */
  readonly where: "locally" | "deployed";
  /** The settings, exactly as in the environment. Whatever is not named is not set. */
  readonly environment: Readonly<Record<string, string>>;
  readonly request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    /** The exact bytes; none: a call without a body. */
    readonly body?: Uint8Array<ArrayBuffer>;
  };
  readonly answer: {
    readonly status: number;
    /** Headers that must be there, by lower-case name. */
    readonly headers?: Readonly<Record<string, string | RegExp>>;
    /** The whole body of a successful answer; "" for none. Absent: the answer is a problem (RFC 9457). */
    readonly body?: string;
    /** What the whole text of a problem must match. */
    readonly says?: RegExp;
  };
  /** Netlify's code around ours could answer it otherwise. */
  readonly isAskedOutside?: boolean;
}

/** Okta's own sample secret, from its guide (admin:supersecret): published, so worth nothing where it matters. */
const guidesSampleSecret = "Basic YWRtaW46c3VwZXJzZWNyZXQ=";
const secret = "Basic b2t0YTphLWxvbmctYW5kLXByaXZhdGUtc2VjcmV0";
const previousSecret = "Basic b2t0YTp0aGUtc2VjcmV0LW9mLWxhc3QteWVhcg==";
const signingSecret = "the-signing-secret-of-a-hookdeck-project";
/** Stands in payloads where people's data would; no answer may repeat it. */
export const privateValue = "private-value-4711";

/** Everything that no answer may contain, whatever the call. */
export const neverRepeated: readonly string[] = [
  guidesSampleSecret,
  secret,
  previousSecret,
  signingSecret,
  privateValue,
];

const open = {};
const withSecret = { OKTA_HOOK_SECRET: secret };
const withSignature = { HOOKDECK_SIGNING_SECRET: signingSecret };
const withBoth = { ...withSecret, ...withSignature };
const maxBytes = 5 * 1024 * 1024;

const json = { "content-type": "application/json" };
const authorized = { ...json, authorization: secret };
const challenge = { "x-okta-verification-challenge": "a-challenge-of-this-test" };

const event = {
  uuid: "5a1d0f9e-8d3c-4d7c-9b0e-0d5b7f6a1c11",
  published: "2026-11-02T09:30:00.000Z",
  eventType: "user.lifecycle.create",
  version: "0",
  severity: "INFO",
  displayMessage: "Create Okta user",
  actor: { id: "00uadmin", type: "User", alternateId: "admin@example.com", displayName: "Ada Admin" },
  outcome: { result: "SUCCESS", reason: null },
  target: [{ id: "00ujane", type: "User", alternateId: "jane@example.com", displayName: privateValue }],
};
const hook = {
  eventType: "com.okta.event_hook",
  eventTypeVersion: "1.0",
  cloudEventsVersion: "0.1",
  source: "https://example.okta.com/api/v1/eventHooks/who8tsqyrhCdmetzx135",
  eventId: "b9c1a0de-5a63-4a7e-9f50-8e0e5f3c1f2a",
  eventTime: "2026-11-02T09:30:01.000Z",
  contentType: "application/json",
  data: { events: [event] },
};

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
function hookWith(events: readonly unknown[]): Uint8Array<ArrayBuffer> {
  return bytes(JSON.stringify({ ...hook, data: { events } }));
}
function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}
function hookNested(levels: number): Uint8Array<ArrayBuffer> {
  return bytes(`{"eventType":"com.okta.event_hook","data":{"events":[]},"debugContext":${nested(levels)}}`);
}
/** A valid hook, padded with white space behind it. */
function hookOfSize(size: number): Uint8Array<ArrayBuffer> {
  return bytes(JSON.stringify(hook).padEnd(size, " "));
}
/** Hookdeck's signature: base64 of an HMAC-SHA256 over the raw body. */
function sign(body: Uint8Array, key = signingSecret): string {
  return createHmac("sha256", key).update(body).digest("base64");
}

const validBody = bytes(JSON.stringify(hook));
const unfamiliarBody = hookWith([
  {
    ...event,
    uuid: "d7f6e1c6-1f4b-4dcb-8f6a-2d7a0c9c3b01",
    target: null,
    actor: null,
    outcome: null,
    version: 0,
  },
  { ...event, uuid: "d7f6e1c6-1f4b-4dcb-8f6a-2d7a0c9c3b02", severity: "LOUD", aFieldOfNextYear: { a: [1] } },
]);
const unreadableBody = hookWith([
  { ...event, uuid: undefined },
  null,
  { ...event, uuid: "d7f6e1c6-1f4b-4dcb-8f6a-2d7a0c9c3b03" },
]);

const get = (headers: Record<string, string>) => ({ method: "GET", headers });
const post = (headers: Record<string, string>, body = validBody) => ({ method: "POST", headers, body });
const verified = {
  status: 200,
  headers: { "content-type": /^application\/json/, "cache-control": "no-store" },
  body: JSON.stringify({ verification: challenge["x-okta-verification-challenge"] }),
};
const accepted = { status: 204, body: "" };
const methodNotAllowed = { status: 405, headers: { allow: /^GET, ?POST$/ } };
const secretMissing = { status: 503, says: /OKTA_HOOK_SECRET/ };

/** The table of answers. Each row's name is unique. */
export const answersTable: readonly AnswerRow[] = [
  // A method other than GET and POST
  ...["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((method) => ({
    name: `405 to ${method}`,
    where: "deployed" as const,
    environment: withSecret,
    request: { method, headers: { authorization: secret } },
    answer: methodNotAllowed,
  })),
  {
    name: "405 to a method before it says that it is closed",
    where: "deployed",
    environment: open,
    request: { method: "DELETE", headers: challenge },
    answer: methodNotAllowed,
    isAskedOutside: true,
  },
  // A browser
  {
    name: "400 to a browser, saying what this address is",
    where: "locally",
    environment: open,
    request: get({ accept: "text/html" }),
    answer: { status: 400, says: /Okta/ },
    isAskedOutside: true,
  },
  {
    name: "400 to a browser before it says that it is closed",
    where: "deployed",
    environment: open,
    request: get({}),
    answer: { status: 400, says: /Okta/ },
  },
  {
    name: "400 to a browser before it asks for the secret",
    where: "deployed",
    environment: withSecret,
    request: get({}),
    answer: { status: 400, says: /Okta/ },
  },
  // Closed
  {
    name: "503 to a delivery when deployed without any secret",
    where: "deployed",
    environment: open,
    request: post(json),
    answer: secretMissing,
    isAskedOutside: true,
  },
  {
    name: "503 to a verification when deployed without any secret",
    where: "deployed",
    environment: open,
    request: get(challenge),
    answer: secretMissing,
  },
  {
    name: "503 when deployed with an empty secret",
    where: "deployed",
    environment: { OKTA_HOOK_SECRET: "" },
    request: post({ ...json, authorization: "" }),
    answer: secretMissing,
  },
  {
    name: "503 when deployed with the guide's sample secret, even to a call that carries it",
    where: "deployed",
    environment: { OKTA_HOOK_SECRET: guidesSampleSecret },
    request: post({ ...json, authorization: guidesSampleSecret }),
    answer: secretMissing,
  },
  {
    name: "503 when deployed with the guide's sample secret as the previous one",
    where: "deployed",
    environment: { OKTA_HOOK_SECRET: secret, OKTA_HOOK_SECRET_PREVIOUS: guidesSampleSecret },
    request: post(authorized),
    answer: { status: 503, says: /OKTA_HOOK_SECRET/ },
  },
  ...[
    { what: "a secret of one character", weak: "x" },
    { what: "a secret of 15 characters", weak: "123456789012345" },
    { what: "the guide's sample without its Basic", weak: guidesSampleSecret.slice("Basic ".length) },
    { what: "the guide's sample in lower case", weak: guidesSampleSecret.toLowerCase() },
    { what: "a short password in its Basic", weak: `Basic ${btoa("a-long-name-of-a-user:x")}` },
  ].map(({ what, weak }) => ({
    name: `503 when deployed with ${what}, even to a call that carries it`,
    where: "deployed" as const,
    environment: { OKTA_HOOK_SECRET: weak },
    request: post({ ...json, authorization: weak }),
    answer: secretMissing,
  })),
  {
    name: "503 when deployed with a signing secret alone, even to a call that is signed: Hookdeck signs a stranger's too",
    where: "deployed",
    environment: withSignature,
    request: post({ ...json, "x-hookdeck-signature": sign(validBody) }),
    answer: secretMissing,
  },
  {
    name: "503 when deployed with a signing secret of 15 characters",
    where: "deployed",
    environment: { OKTA_HOOK_SECRET: secret, HOOKDECK_SIGNING_SECRET: "123456789012345" },
    request: post({ ...authorized, "x-hookdeck-signature": sign(validBody, "123456789012345") }),
    answer: { status: 503, says: /HOOKDECK_SIGNING_SECRET/ },
  },
  {
    name: "204 locally with a weak secret",
    where: "locally",
    environment: { OKTA_HOOK_SECRET: "x" },
    request: post({ ...json, authorization: "x" }),
    answer: accepted,
  },
  {
    name: "204 locally with the guide's sample secret",
    where: "locally",
    environment: { OKTA_HOOK_SECRET: guidesSampleSecret },
    request: post({ ...json, authorization: guidesSampleSecret }),
    answer: accepted,
  },
  {
    name: "204 locally without any secret",
    where: "locally",
    environment: open,
    request: post(json),
    answer: accepted,
    isAskedOutside: true,
  },
  {
    name: "200 to a verification locally without any secret",
    where: "locally",
    environment: open,
    request: get(challenge),
    answer: verified,
    isAskedOutside: true,
  },
  // The secret
  {
    name: "401 to a delivery without the secret",
    where: "deployed",
    environment: withSecret,
    request: post(json),
    answer: { status: 401 },
  },
  {
    name: "401 to a delivery with a wrong secret",
    where: "deployed",
    environment: withSecret,
    request: post({ ...json, authorization: `${secret}x` }),
    answer: { status: 401 },
  },
  {
    name: "401 to a verification with a wrong secret",
    where: "deployed",
    environment: withSecret,
    request: get({ ...challenge, authorization: "Basic d3Jvbmc6d3Jvbmc=" }),
    answer: { status: 401 },
  },
  {
    name: "401 locally to a wrong secret",
    where: "locally",
    environment: withSecret,
    request: post({ ...json, authorization: "Basic d3Jvbmc6d3Jvbmc=" }),
    answer: { status: 401 },
  },
  {
    name: "401 to a secret in another header than the chosen one",
    where: "deployed",
    environment: { ...withSecret, OKTA_HOOK_HEADER: "X-Our-Secret" },
    request: post(authorized),
    answer: { status: 401 },
  },
  {
    name: "401 to a right signature with a wrong secret",
    where: "deployed",
    environment: withBoth,
    request: post({ ...json, authorization: "wrong", "x-hookdeck-signature": sign(validBody) }),
    answer: { status: 401 },
  },
  {
    name: "401 to a wrong secret before it looks at the content type",
    where: "deployed",
    environment: withSecret,
    request: post({ "content-type": "text/plain" }),
    answer: { status: 401 },
  },
  {
    name: "401 to a wrong secret before it measures the body",
    where: "deployed",
    environment: withSecret,
    request: post(json, hookOfSize(maxBytes + 1)),
    answer: { status: 401 },
  },
  // Verification
  {
    name: "200 to a verification with the secret",
    where: "deployed",
    environment: withSecret,
    request: get({ ...challenge, authorization: secret }),
    answer: verified,
  },
  {
    name: "200 to a verification with the previous secret",
    where: "deployed",
    environment: { ...withSecret, OKTA_HOOK_SECRET_PREVIOUS: previousSecret },
    request: get({ ...challenge, authorization: previousSecret }),
    answer: verified,
  },
  {
    name: "200 to a verification with the secret in the chosen header",
    where: "deployed",
    environment: { ...withSecret, OKTA_HOOK_HEADER: "X-Our-Secret" },
    request: get({ ...challenge, "x-our-secret": secret }),
    answer: verified,
  },
  {
    name: "200 to a verification without a signature: Hookdeck never forwards it",
    where: "deployed",
    environment: withBoth,
    request: get({ ...challenge, authorization: secret }),
    answer: verified,
    isAskedOutside: true,
  },
  {
    name: "200 to a verification locally where only signatures are checked",
    where: "locally",
    environment: withSignature,
    request: get(challenge),
    answer: verified,
  },
  // Content type and size
  {
    name: "415 to a body that is not called JSON",
    where: "deployed",
    environment: withSecret,
    request: post({ authorization: secret, "content-type": "text/plain" }),
    answer: { status: 415 },
  },
  {
    name: "415 to a body without a content type",
    where: "deployed",
    environment: withSecret,
    request: post({ authorization: secret }),
    answer: { status: 415 },
  },
  {
    name: "415 before it looks at the signature",
    where: "deployed",
    environment: withBoth,
    request: post({ authorization: secret, "content-type": "text/plain" }),
    answer: { status: 415 },
  },
  {
    name: "413 to a body over 5 MiB",
    where: "deployed",
    environment: withSecret,
    request: post(authorized, hookOfSize(maxBytes + 1)),
    answer: { status: 413 },
  },
  {
    name: "413 before it looks at the signature's value",
    where: "deployed",
    environment: withBoth,
    request: post({ ...authorized, "x-hookdeck-signature": "c2lnbmF0dXJl" }, hookOfSize(maxBytes + 1)),
    answer: { status: 413 },
    isAskedOutside: true,
  },
  // The signature
  {
    name: "401 to a delivery without the signature",
    where: "deployed",
    environment: withBoth,
    request: post(authorized),
    answer: { status: 401, says: /signature/i },
  },
  {
    name: "401 to a delivery without the signature before it measures the body",
    where: "deployed",
    environment: withBoth,
    request: post(authorized, hookOfSize(maxBytes + 1)),
    answer: { status: 401, says: /signature/i },
  },
  {
    name: "401 to a signature made with another secret",
    where: "deployed",
    environment: withBoth,
    request: post({ ...authorized, "x-hookdeck-signature": sign(validBody, "another") }),
    answer: { status: 401, says: /signature/i },
  },
  {
    name: "401 to a signature of another body",
    where: "deployed",
    environment: withBoth,
    request: post({ ...authorized, "x-hookdeck-signature": sign(unfamiliarBody) }),
    answer: { status: 401, says: /signature/i },
    isAskedOutside: true,
  },
  {
    name: "401 to a missing signature locally as well",
    where: "locally",
    environment: withSignature,
    request: post(json),
    answer: { status: 401, says: /signature/i },
  },
  {
    name: "401 to a wrong signature before it parses the body",
    where: "deployed",
    environment: withBoth,
    request: post({ ...authorized, "x-hookdeck-signature": "c2lnbmF0dXJl" }, bytes("{")),
    answer: { status: 401, says: /signature/i },
  },
  // JSON and event hook
  ...[
    ["broken JSON", '{"eventType":'],
    ["an empty body", ""],
    ["two JSON values", "{} {}"],
  ].map(([what, text]) => ({
    name: `400 to ${what}`,
    where: "deployed" as const,
    environment: withSecret,
    request: post(authorized, bytes(text ?? "")),
    answer: { status: 400, says: /JSON/ },
  })),
  {
    name: "422 to a hook without an eventType, naming the field at fault",
    where: "deployed",
    environment: withSecret,
    request: post(authorized, bytes(JSON.stringify({ ...hook, eventType: undefined }))),
    answer: { status: 422, says: /eventType/ },
  },
  {
    name: "422 to a hook whose events are not a list, naming the field at fault but not its value",
    where: "deployed",
    environment: withSecret,
    request: post(authorized, bytes(JSON.stringify({ ...hook, data: { events: privateValue } }))),
    answer: { status: 422, says: /data\.events/ },
  },
  ...["null", "[]", "7", `"${privateValue}"`].map((text) => ({
    name: `422 to JSON that is no object: ${text.includes(privateValue) ? "a string" : text}`,
    where: "deployed" as const,
    environment: withSecret,
    request: post(authorized, bytes(text)),
    answer: { status: 422 },
  })),
  ...[101, 250_000].map((levels) => ({
    name: `422 to a hook with a list nested ${levels} deep`,
    where: "deployed" as const,
    environment: withSecret,
    request: post(authorized, hookNested(levels)),
    answer: { status: 422, says: /nest/ },
  })),
  // Accepted
  {
    name: "204 to a delivery with the secret",
    where: "deployed",
    environment: withSecret,
    request: post(authorized),
    answer: accepted,
  },
  {
    name: "204 to a delivery with the secret and the signature",
    where: "deployed",
    environment: withBoth,
    request: post({ ...authorized, "x-hookdeck-signature": sign(validBody) }),
    answer: accepted,
    isAskedOutside: true,
  },
  {
    name: "204 to a second signature while Hookdeck's secret is being rolled",
    where: "deployed",
    environment: withBoth,
    request: post({
      ...authorized,
      "x-hookdeck-signature": sign(validBody, "another"),
      "x-hookdeck-signature-2": sign(validBody),
    }),
    answer: accepted,
  },
  {
    name: "204 to a JSON content type with a charset and in capitals",
    where: "deployed",
    environment: withSecret,
    request: post({ ...authorized, "content-type": "Application/JSON; charset=UTF-8" }),
    answer: accepted,
  },
  {
    name: "204 to a hook without events",
    where: "deployed",
    environment: withSecret,
    request: post(authorized, hookWith([])),
    answer: accepted,
  },
  {
    name: "204 to events that depart from what Okta documents",
    where: "deployed",
    environment: withSecret,
    request: post(authorized, unfamiliarBody),
    answer: accepted,
  },
  {
    name: "204 to a hook some of whose events are unreadable",
    where: "deployed",
    environment: withSecret,
    request: post(authorized, unreadableBody),
    answer: accepted,
  },
  {
    name: "204 to a body of exactly 5 MiB",
    where: "deployed",
    environment: withSecret,
    request: post(authorized, hookOfSize(maxBytes)),
    answer: accepted,
  },
];
