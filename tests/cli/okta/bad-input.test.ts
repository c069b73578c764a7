import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { typeHook } from "../../support/type-hook.ts";
import { ADDRESS, runHook, startWorld } from "./run-hook.ts";

const create = ["okta", "create", "--url"];

function weakKey(format: "pem" | "jwk"): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return format === "jwk"
    ? JSON.stringify(privateKey.export({ format }))
    : privateKey.export({ format, type: "pkcs8" }).toString();
}

test.each([
  {
    what: "an http address",
    args: [...create, "http://hooks.example.com/okta-webhooks-endpoint"],
    sentence: "Okta calls https addresses only: try https://hooks.example.com/okta-webhooks-endpoint.",
  },
  {
    what: "an address of this machine",
    args: [...create, "http://localhost:1337/okta-webhooks-endpoint"],
    sentence:
      "Okta cannot reach localhost: it is an address of this machine or network. Run npm run hookdeck and give the URL that it shows, with --url.",
  },
  {
    what: "an address of this network",
    args: [...create, "https://192.168.1.7/okta-webhooks-endpoint"],
    sentence:
      "Okta cannot reach 192.168.1.7: it is an address of this machine or network. Run npm run hookdeck and give the URL that it shows, with --url.",
  },
  {
    what: "a name of this network",
    args: [...create, "https://intranet./okta-webhooks-endpoint"],
    sentence:
      "Okta cannot reach intranet.: it is an address of this machine or network. Run npm run hookdeck and give the URL that it shows, with --url.",
  },
  {
    what: "an address of this machine in IPv6's words",
    args: [...create, "https://[::ffff:127.0.0.1]/okta-webhooks-endpoint"],
    sentence:
      "Okta cannot reach [::ffff:7f00:1]: it is an address of this machine or network. Run npm run hookdeck and give the URL that it shows, with --url.",
  },
  { what: "no address", args: [...create, "hooks"], sentence: "The address must be an https URL." },
  {
    what: "a password in the address",
    args: [...create, "https://a:b@hooks.example.com/"],
    sentence: "The address must not carry a password: the secret has a header of its own.",
  },
  {
    what: "an event type that is none",
    args: [...create, ADDRESS, "--type", "user.lifecyle.created"],
    sentence:
      "user.lifecyle.created is no event type of Okta's (release 2026.08.1). The nearest are: user.lifecycle.create, user.lifecycle.activate, group.lifecycle.create.",
  },
  {
    what: "an event type that hooks cannot have",
    args: [...create, ADDRESS, "--type", "event_hook.delivery"],
    sentence:
      "event_hook.delivery is not offered to event hooks. The nearest are: system.email.delivery, inline_hook.executed, iam.role.delete.",
  },
])("$what is refused in a sentence, and nothing is changed", async ({ args, sentence }) => {
  const world = await startWorld();
  const seen = await runHook(args, world);
  expect(seen).toEqual({ screen: sentence, out: "", exitCode: 1 });
  expect(world.org.requests).toEqual([]);
});

test("a filter for an event type that the hook does not listen to is refused", async () => {
  const world = await startWorld();
  const seen = await runHook([...create, ADDRESS, "--filter", "group.lifecycle.create=true"], world);
  expect(seen.screen).toContain(
    "The filter for group.lifecycle.create has no effect: the hook does not listen to it.",
  );
  expect(world.org.requests).toEqual(["GET /api/v1/eventHooks"]);
});

test.each(["", " ", "-1", "61", "0x10", "soon"])("--overlap %j is wrong usage", async (overlap) => {
  const { lines, code } = await typeHook(["okta", "sync", "--overlap", overlap]);
  expect(lines.join("\n")).toContain("Give a number from 0 to 60.");
  expect(code).toBe(2);
});

test("without an address there is nothing to create", async () => {
  const world = await startWorld();
  const seen = await runHook(["okta", "create"], world);
  expect(seen.screen).toContain("Give the address that Okta is to call, with --url.");
  expect(seen.exitCode).toBe(1);
});

test("more than 300 event types are refused before anything is sent", async () => {
  const world = await startWorld();
  world.subscription = Array.from({ length: 301 }, (_, index) => `user.lifecycle.${index}`);
  const seen = await runHook([...create, ADDRESS], world);
  expect(seen.screen).toContain("301 event types are more than the 300 that Okta allows a hook.");
  expect(world.org.requests).toEqual(["GET /api/v1/eventHooks"]);
});

test.each([
  {
    what: "no org",
    variables: { OKTA_ORG_URL: "" },
    sentence: "OKTA_ORG_URL is not set: give the org's address, e.g. https://acme.okta.com",
  },
  {
    what: "the Admin Console's address",
    variables: { OKTA_ORG_URL: "https://acme-admin.okta.com" },
    sentence: "OKTA_ORG_URL is the address of the Admin Console: the org's own is https://acme.okta.com",
  },
  {
    what: "an org on plain http",
    variables: { OKTA_ORG_URL: "http://acme.okta.com" },
    sentence: "OKTA_ORG_URL must be an https address, e.g. https://acme.okta.com",
  },
  {
    what: "an org with a path",
    variables: { OKTA_ORG_URL: "https://acme.okta.com/admin/dashboard" },
    sentence: "OKTA_ORG_URL must be the address alone, without anything after it: https://acme.okta.com",
  },
  {
    what: "no way to sign in",
    variables: { OKTA_API_TOKEN: "" },
    sentence:
      "OKTA_API_TOKEN is not set: give a token, or OKTA_CLIENT_ID and OKTA_PRIVATE_KEY of a service app",
  },
  {
    what: "two ways to sign in",
    variables: { OKTA_CLIENT_ID: "0oa1" },
    sentence: "OKTA_API_TOKEN is set beside OKTA_CLIENT_ID or OKTA_PRIVATE_KEY: keep one way to sign in",
  },
  {
    what: "half a service app",
    variables: { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oa1" },
    sentence: "OKTA_PRIVATE_KEY must be set where OKTA_CLIENT_ID is",
  },
  {
    what: "a private key that is none",
    variables: { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oa1", OKTA_PRIVATE_KEY: "-----BEGIN…" },
    sentence: "OKTA_PRIVATE_KEY must be an RSA private key of 2048 bits or more, in PEM or JWK form",
  },
  ...(["pem", "jwk"] as const).map((format) => ({
    what: `a private key of 1,024 bits (${format})`,
    variables: { OKTA_API_TOKEN: "", OKTA_CLIENT_ID: "0oa1", OKTA_PRIVATE_KEY: weakKey(format) },
    sentence: "OKTA_PRIVATE_KEY must be an RSA private key of 2048 bits or more, in PEM or JWK form",
  })),
])("$what is said in a sentence", async ({ variables, sentence }) => {
  const world = await startWorld();
  Object.assign(world.variables, variables);
  const seen = await runHook(["okta", "status"], world);
  expect(seen).toEqual({ screen: sentence, out: "", exitCode: 1 });
  expect(world.org.requests).toEqual([]);
});

test("no network is said in a sentence", async () => {
  const world = await startWorld();
  await world.org[Symbol.asyncDispose]();
  const seen = await runHook([...create, ADDRESS], world);
  expect(seen.screen).toBe(
    "Org: 127.0.0.1:PORT\n127.0.0.1:PORT cannot be reached (ECONNREFUSED): check OKTA_ORG_URL and the network.",
  );
  expect(seen.exitCode).toBe(1);
});

test("a rate limit is waited out, and that is said", async () => {
  const world = await startWorld();
  world.org.faults.push({ status: 429, headers: { "x-rate-limit-reset": "0" } }, { status: 502 });
  const seen = await runHook(["okta", "status"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    Okta's rate limit is used up: waiting 1 s.
    Okta answered 502: waiting 2 s.
    The org has no event hooks: make one with "okta create --url <address>".
    No failed deliveries in the last day."
  `);
  expect(seen.exitCode).toBe(0);
});
