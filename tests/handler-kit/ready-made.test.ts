import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Handler } from "../../netlify/handler-kit/define-handler.ts";
import { NonRetriableError, RetryAfterError } from "../../netlify/handler-kit/handler-error.ts";
import { forward, slackMessage } from "../../netlify/handler-kit/ready-made.ts";
import { makeEvent, runHandler } from "../../netlify/handler-kit/testing.ts";

const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

const received: { headers: Record<string, string>; body: string }[] = [];
let answer: { status: number; headers?: Record<string, string> };
let url: string;
let close: () => Promise<unknown>;

beforeEach(async () => {
  received.length = 0;
  answer = { status: 204 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    received.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(answer.status, answer.headers).end("a".repeat(100_000));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/secret`;
  close = () => new Promise((resolve) => server.close(resolve));
});
afterEach(async () => await close());

const lockouts = slackMessage({
  name: "tell-of-lockouts",
  on: "user.account.lock",
  when: (event) => event.outcome?.result !== "SKIPPED",
  text: (event) => `<!channel> ${event.target?.[0]?.displayName} & co. are locked out`,
});
const events = forward({ name: "forward-events", on: "*" });

/** Runs a handler on an event of its type. */
const run = (handler: Handler, fields: Record<string, unknown> = {}) =>
  runHandler(handler, makeEvent("user.account.lock", fields), {
    settings: { SLACK_WEBHOOK_URL: url, FORWARD_URL: url, FORWARD_SECRET: secret },
  });

describe("a message to Slack", () => {
  it("is plain text: what somebody is called mentions nobody and links nowhere", async () => {
    await run(lockouts, { target: [{ type: "User", displayName: "<https://evil.example|Jane>" }] });
    expect(received.map(({ body }) => JSON.parse(body))).toEqual([
      { text: "&lt;!channel&gt; &lt;https://evil.example|Jane&gt; &amp; co. are locked out" },
    ]);
    expect(received[0]?.headers).not.toHaveProperty("webhook-signature");
  });

  it("is for the events that `on` and `when` let through", async () => {
    await expect(run(lockouts, { outcome: { result: "SKIPPED" } })).rejects.toThrow("leaves this event out");
  });
});

describe("a forwarded event", () => {
  it("is the event as Okta wrote it, signed as Standard Webhooks say, its uuid the id", async () => {
    await run(events);
    const [{ headers, body } = { headers: {}, body: "" }] = received;
    const event = makeEvent("user.account.lock");
    expect(new Webhook(secret).verify(body, headers)).toEqual(event);
    expect(headers).toMatchObject({ "webhook-id": event.uuid, "content-type": "application/json" });
  });
});

describe.each([
  ["Slack", lockouts],
  ["a forwarding address", events],
])("%s", (_, handler) => {
  it("that is busy puts the run off until it says", async () => {
    answer = { status: 429, headers: { "retry-after": "30" } };
    await expect(outcomeOf(handler)).resolves.toMatchObject({ name: "RetryAfterError", retryAfter: 30 });
    answer = { status: 503, headers: { "retry-after": "40" } };
    await expect(outcomeOf(handler)).resolves.toBeInstanceOf(RetryAfterError);
  });

  it.each([404, 410])("that is gone (%i) makes a dead letter at once", async (status) => {
    answer = { status };
    await expect(outcomeOf(handler)).resolves.toBeInstanceOf(NonRetriableError);
  });

  it.each([302, 400, 500, 503])(
    "that answers %i is tried again, and named without its path",
    async (status) => {
      answer = { status, headers: { location: "https://elsewhere.example/" } };
      const error = await outcomeOf(handler);
      expect(error).toEqual(new Error(`${new URL(url).host} answered ${status}`));
      expect(received).toHaveLength(1);
    },
  );

  it("that cannot be reached is tried again, and named without its path", async () => {
    await close();
    const error = await outcomeOf(handler);
    expect(String(error)).toMatch(/^Error: 127\.0\.0\.1:\d+ did not answer: /);
    expect(String(error)).not.toContain("secret");
  });

  it.each(["http://hooks.example.com/a", "https://user:password@hooks.example.com/", "hooks.example.com"])(
    "is not called where its address is none that can be used: %s",
    async (address) => {
      url = address;
      await expect(run(handler)).rejects.toThrow(/_URL cannot be used: must be an https address/);
    },
  );
});

it("a key that is too short to sign with is named, and not shown", async () => {
  const settings = { FORWARD_URL: url, FORWARD_SECRET: "whsec_c2hvcnQ=" };
  const error = await runHandler(events, makeEvent("user.account.lock"), { settings }).catch(String);
  expect(error).toContain("FORWARD_SECRET cannot be used: must be whsec_ and the base64 of 24 to 64 bytes");
  expect(error).not.toContain("c2hvcnQ");
});

/** What a run ends with: what it throws, or what the test kit says it threw. */
async function outcomeOf(handler: Handler): Promise<unknown> {
  return await run(handler).then(
    (result) => ("error" in result ? result.error : result),
    (error: unknown) => error,
  );
}
