import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../netlify/base/clock.ts";
import type { HookSpecification } from "../../netlify/okta/event-hook.ts";
import { openOrg } from "../../netlify/okta/open-org.ts";
import { readOktaSettings } from "../../netlify/settings/okta-settings.ts";
import { type StandInOrg, startOrg } from "./stand-in/start-org.ts";

const specification: HookSpecification = {
  name: "New user event hook",
  description: null,
  address: "https://hooks.example.com/okta-webhooks-endpoint",
  secret: { header: "authorization", value: "Basic c2VjcmV0" },
  extraHeaders: [{ name: "x-team", value: "identity" }],
  eventTypes: ["user.lifecycle.create"],
  filters: [{ eventType: "user.lifecycle.create", expression: "event.target.size()>0" }],
};

/** A clock that remembers how long it was asked to wait, and waits no time. */
function stoppedClock(nowMs = Date.UTC(2026, 10, 24)) {
  const sleptMs: number[] = [];
  const clock: Clock = {
    now: () => nowMs,
    wait: async (delayMs) => {
      sleptMs.push(delayMs);
      return true;
    },
  };
  return { clock, sleptMs };
}

/** The org, opened as the CLI opens it, with these variables. */
function open(
  org: Pick<StandInOrg, "url" | "apiToken">,
  variables: Record<string, string> = {},
  { clock } = stoppedClock(),
) {
  const environment: Record<string, string> = {
    OKTA_ORG_URL: org.url,
    OKTA_API_TOKEN: org.apiToken,
    ...variables,
  };
  return openOrg(
    readOktaSettings((name) => environment[name]),
    { clock, fetch, onWait: () => {} },
  );
}

test("creates, reads, replaces, deactivates and deletes a hook, each as Okta's contract has it", async () => {
  await using standIn = await startOrg();
  const org = open(standIn);
  const created = await org.createHook(specification);
  const { secret, ...visible } = specification;
  expect(created).toMatchObject({ ...visible, active: true, verified: false, secretHeader: secret?.header });
  expect(await org.listHooks()).toEqual([created]);
  const replaced = await org.replaceHook(created.id, {
    ...specification,
    eventTypes: ["group.lifecycle.create"],
    filters: [],
  });
  expect(replaced).toMatchObject({ eventTypes: ["group.lifecycle.create"], filters: [] });
  expect(await org.deactivateHook(created.id)).toMatchObject({ active: false });
  expect(await org.activateHook(created.id)).toMatchObject({ active: true });
  await org.deactivateHook(created.id);
  await org.deleteHook(created.id);
  expect(await org.listHooks()).toEqual([]);
  expect(standIn.violations).toEqual([]);
});

test("a replace carries the secret, which Okta would lose otherwise", async () => {
  await using standIn = await startOrg();
  const org = open(standIn);
  const { id } = await org.createHook(specification);
  await org.replaceHook(id, specification);
  expect(standIn.state.hooks.get(id)?.channel.config.authScheme?.value).toBe("Basic c2VjcmV0");
});

test("what is read is the org's state of now, not an answer of before", async () => {
  await using standIn = await startOrg();
  const org = open(standIn);
  const { id } = await org.createHook(specification);
  expect(await org.readHook(id)).toMatchObject({ verified: false });
  const stored = standIn.state.hooks.get(id);
  if (stored) stored.verificationStatus = "VERIFIED";
  expect(await org.readHook(id)).toMatchObject({ verified: true });
});

test("reads the failed deliveries, whatever is missing from them", async () => {
  await using standIn = await startOrg();
  standIn.log.push(
    {
      uuid: "1",
      published: "2026-11-24T08:00:00.000Z",
      eventType: "event_hook.delivery",
      outcome: { result: "FAILURE", reason: "timeout" },
      target: [{ id: "who1", type: "EventHook", displayName: "New user event hook" }],
    },
    { uuid: "2", eventType: "event_hook.delivery", outcome: null, target: null, published: null },
    { uuid: "3", eventType: "event_hook.delivery", outcome: { result: "SUCCESS" } },
  );
  expect(await open(standIn).listDeliveryFailures(new Date("2026-11-23T08:00:00Z"))).toEqual([
    {
      published: new Date("2026-11-24T08:00:00.000Z"),
      reason: "timeout",
      hooks: ["who1", "New user event hook"],
    },
    { published: undefined, reason: "no reason given", hooks: [] },
  ]);
  expect(standIn.violations).toEqual([]);
});

test("a service app signs in with its private key, given as PEM with escaped line ends or as JWK", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await using standIn = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.manage", "okta.logs.read"],
    },
  });
  for (const key of [
    privateKey.export({ format: "pem", type: "pkcs8" }).toString().replaceAll("\n", "\\n"),
    JSON.stringify(privateKey.export({ format: "jwk" })),
  ]) {
    const org = open(standIn, { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oaApp", OKTA_PRIVATE_KEY: key });
    expect(await org.listHooks()).toEqual([]);
  }
});

test("a service app with several keys is told which of them signed", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await using standIn = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      keyId: "second",
      scopes: ["okta.eventHooks.manage", "okta.logs.read"],
    },
  });
  const variables = {
    OKTA_API_TOKEN: "",
    OKTA_CLIENT_ID: "0oaApp",
    OKTA_PRIVATE_KEY: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
  await expect(open(standIn, variables).listHooks()).rejects.toThrow("check OKTA_CLIENT_ID");
  const named = open(standIn, { ...variables, OKTA_PRIVATE_KEY_ID: "second" });
  expect(await named.listHooks()).toEqual([]);
});

test("failed deliveries are one question, though the log always names a next page", async () => {
  await using standIn = await startOrg();
  const self = `${standIn.url}/api/v1/logs?after=again`;
  standIn.faults.push({ status: 200, body: "[]", headers: { link: `<${self}>; rel="next"` } });
  expect(await open(standIn).listDeliveryFailures(new Date(0))).toEqual([]);
  expect(standIn.requests).toEqual(["GET /api/v1/logs"]);
});

test("a service app whose clock is an hour wrong signs in by the org's", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const now = Date.UTC(2026, 10, 24);
  await using standIn = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.manage", "okta.logs.read"],
      now: () => now,
    },
  });
  standIn.log.now = () => now;
  const key = JSON.stringify(privateKey.export({ format: "jwk" }));
  const settings = { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oaApp", OKTA_PRIVATE_KEY: key };
  for (const wrong of [now - 3_600_000, now + 3_600_000]) {
    expect(await open(standIn, settings, stoppedClock(wrong)).listHooks()).toEqual([]);
  }
});

test("a service app that must prove possession of its key (DPoP) signs in too", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await using standIn = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.manage", "okta.logs.read"],
      dpop: true,
    },
  });
  const key = JSON.stringify(privateKey.export({ format: "jwk" }));
  const org = open(standIn, { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oaApp", OKTA_PRIVATE_KEY: key });
  expect(await org.listHooks()).toEqual([]);
  expect(standIn.requests).toEqual([
    "POST /oauth2/v1/token",
    "POST /oauth2/v1/token",
    "GET /api/v1/eventHooks",
  ]);
});

test("a service app without its scopes is told to get them", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await using standIn = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.logs.read"],
    },
  });
  const key = JSON.stringify(privateKey.export({ format: "jwk" }));
  const org = open(standIn, { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oaApp", OKTA_PRIVATE_KEY: key });
  await expect(org.listHooks()).rejects.toThrow(/does not grant .* okta\.eventHooks\.manage/);
  const foreign = open(standIn, {
    OKTA_API_TOKEN: "",
    OKTA_CLIENT_ID: "0oaOther",
    OKTA_PRIVATE_KEY: key,
  });
  await expect(foreign.listHooks()).rejects.toThrow(
    /does not let the service app sign in \(.*\): check OKTA_CLIENT_ID/,
  );
});

test.each([
  ["an access token with a line break", "eyJ0b2tlbg\nx-admin: 4711"],
  ["an access token that no header takes", "4711\u0101"],
])("%s is not Okta's, and no word quotes it", async (_, access_token) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await using standIn = await startOrg();
  standIn.faults.push({ status: 200, body: JSON.stringify({ access_token, token_type: "Bearer" }) });
  const key = JSON.stringify(privateKey.export({ format: "jwk" }));
  const org = open(standIn, { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oaApp", OKTA_PRIVATE_KEY: key });
  const error = await org.listHooks().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "not-okta" });
  expect(inspect(error)).not.toMatch(/4711|eyJ0/);
});

test("a token that is not one, and one without permission, are told apart", async () => {
  await using standIn = await startOrg({ permissions: [] });
  await expect(open(standIn, { OKTA_API_TOKEN: "wrong" }).listHooks()).rejects.toMatchObject({
    kind: "unauthorized",
    message: expect.stringContaining("does not accept OKTA_API_TOKEN"),
  });
  await expect(open(standIn).listHooks()).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining("permission okta.eventhooks.manage (as scope: okta.eventHooks.manage)"),
  });
  await expect(open(standIn).listDeliveryFailures(new Date())).rejects.toThrow("okta.logs.read");
});

test("waits until the org's rate limit is reset, counted on the org's clock", async () => {
  await using standIn = await startOrg();
  const time = stoppedClock();
  const headers = {
    date: "Tue, 24 Nov 2026 08:00:00 GMT",
    "x-rate-limit-reset": String(Date.UTC(2026, 10, 24, 8, 0, 20) / 1000),
  };
  standIn.faults.push({ status: 429, headers });
  expect(await open(standIn, {}, time).listHooks()).toEqual([]);
  expect(time.sleptMs).toEqual([21_000]);
});

test("gives up on a rate limit that lasts longer than a minute and a half", async () => {
  await using standIn = await startOrg();
  const time = stoppedClock();
  const headers = {
    date: "Tue, 24 Nov 2026 08:00:00 GMT",
    "x-rate-limit-reset": String(Date.UTC(2026, 10, 24, 9) / 1000),
  };
  standIn.faults.push({ status: 429, headers });
  await expect(open(standIn, {}, time).listHooks()).rejects.toMatchObject({ kind: "busy" });
  expect(time.sleptMs).toEqual([]);
});

test("tries three times more when the org fails, but never sends a create twice", async () => {
  await using standIn = await startOrg();
  const time = stoppedClock();
  const org = open(standIn, {}, time);
  standIn.faults.push({ status: 503 }, { status: 500 }, { status: 502 });
  expect(await org.listHooks()).toEqual([]);
  expect(time.sleptMs).toEqual([1000, 2000, 4000]);
  standIn.requests.length = 0;
  standIn.faults.push({ status: 503 });
  await expect(org.createHook(specification)).rejects.toMatchObject({ kind: "broken" });
  expect(standIn.requests).toEqual(["POST /api/v1/eventHooks"]);
});

test("never takes the token across a redirect", async () => {
  const seen: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end("[]");
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  await using standIn = await startOrg();
  const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/api/v1/eventHooks`;
  standIn.faults.push({ status: 302, headers: { location } });
  await expect(open(standIn).listHooks()).rejects.toMatchObject({ kind: "moved" });
  elsewhere.close();
  expect(seen).toEqual([]);
});

test("says so when the address answers but is no org", async () => {
  await using standIn = await startOrg();
  standIn.faults.push({ status: 200, body: "<html>Welcome</html>" });
  await expect(open(standIn).listHooks()).rejects.toMatchObject({ kind: "not-okta" });
  standIn.faults.push({ status: 404, body: "<html>Not found</html>" });
  await expect(open(standIn).listHooks()).rejects.toThrow("is not Okta's: check OKTA_ORG_URL.");
});

test("says so when nothing answers at all", async () => {
  const unused = { url: "http://127.0.0.1:9", apiToken: "token" };
  await expect(open(unused).listHooks()).rejects.toMatchObject({
    kind: "unreachable",
    message: "127.0.0.1:9 cannot be reached (no connection): check OKTA_ORG_URL and the network.",
  });
});

test("an answer that breaks off half-way is the network's fault", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write("[{");
    setImmediate(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(open({ url, apiToken: "token" }).listHooks()).rejects.toMatchObject({
    kind: "unreachable",
  });
});

test("the org's text cannot move the cursor or reverse the line", async () => {
  await using standIn = await startOrg();
  standIn.faults.push({
    status: 400,
    body: JSON.stringify({ errorCode: "E1", errorSummary: "no\u001b[2J\u202e\nhook" }),
  });
  await expect(open(standIn).listHooks()).rejects.toThrow("no\\u001b[2J\\u202e\\u000ahook (E1).");
});
