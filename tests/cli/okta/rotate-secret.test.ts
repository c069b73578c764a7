import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { CommandError } from "../../../netlify/cli/terminal.ts";
import { ADDRESS, runHook, SECRET, startWorld, type World } from "./run-hook.ts";

/** What the stopped source of randomness makes. */
const FRESH = `Basic ${Buffer.from(`okta:${Buffer.alloc(32, 7).toString("base64url")}`).toString("base64")}`;

async function withHook(): Promise<World> {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  return world;
}

test("leads from the old secret to the new one, each step checked before the next", async () => {
  const world = await withHook();
  const first = await runHook(["okta", "rotate-secret"], world);
  expect(first.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    A new secret. Where the endpoint is deployed, and in .env:

      1. OKTA_HOOK_SECRET_PREVIOUS gets the value that OKTA_HOOK_SECRET has now.
      2. OKTA_HOOK_SECRET gets this value:

    Basic b2t0YTpCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndj

    Then deploy. The endpoint accepts both from then on.
    When it is, run this command again: it goes on from there."
  `);
  expect(first.exitCode).toBe(1);
  // Copied into .env as they stand, its lines set nothing but the new secret.
  expect(Object.values(parseEnv(first.screen))).toEqual([]);
  world.variables.OKTA_HOOK_SECRET = FRESH;
  world.variables.OKTA_HOOK_SECRET_PREVIOUS = SECRET;
  world.endpoint.behaviour.secrets = [FRESH, SECRET];
  const second = await runHook(["okta", "rotate-secret"], world);
  expect(second.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    hooks.example.com accepts the new secret.
    hooks.example.com accepts the old secret.
    Created "New user event hook (2)" (who00000000000000002).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint.
    Waiting 5 min: Okta may take minutes to start with the new hook. Both deliver meanwhile; duplicates are recognised by uuid. Cut off, the same command finishes it.
    Deleted "New user event hook" (who00000000000000001).

    New user event hook (2)
      id       who00000000000000002
      status   ACTIVE, VERIFIED
      address  https://hooks.example.com/okta-webhooks-endpoint
      secret   in the header authorization
      events   user.lifecycle.create

    Okta sends the new secret only. Take OKTA_HOOK_SECRET_PREVIOUS away tomorrow, and deploy.
    Okta starts to deliver within a minute or so."
  `);
  expect(second.exitCode).toBe(0);
  const [hook, ...others] = world.org.state.hooks.values();
  expect(others).toEqual([]);
  expect(hook?.channel.config.authScheme?.value).toBe(FRESH);
});

test("with somebody at the terminal it goes on in one run", async () => {
  const world = await withHook();
  world.endpoint.behaviour.secrets = [FRESH, SECRET];
  const seen = await runHook(["okta", "rotate-secret"], world, [true]);
  expect(seen.exitCode).toBe(0);
  expect([...world.org.state.hooks.values()]).toMatchObject([{ name: "New user event hook (2)" }]);
});

test.each([
  {
    missing: "the new secret",
    accepted: [SECRET],
    fix: "deploy it as OKTA_HOOK_SECRET, then run this again.",
  },
  {
    missing: "the old secret",
    accepted: [FRESH],
    fix: "deploy it as OKTA_HOOK_SECRET_PREVIOUS, then run this again.",
  },
])("stops when the endpoint does not accept $missing", async ({ missing, accepted, fix }) => {
  const world = await withHook();
  world.variables.OKTA_HOOK_SECRET = FRESH;
  world.variables.OKTA_HOOK_SECRET_PREVIOUS = SECRET;
  world.endpoint.behaviour.secrets = accepted;
  const seen = await runHook(["okta", "rotate-secret", "--yes"], world);
  expect(seen.screen).toContain(
    `hooks.example.com does not accept ${missing}: ${fix} Nothing was changed in the org.`,
  );
  expect(seen.exitCode).toBe(1);
  expect(world.org.state.hooks.size).toBe(1);
});

test("behind Hookdeck, where nothing can be proven, somebody has to say so", async () => {
  const world = await withHook();
  const [hook] = world.org.state.hooks.values();
  if (hook) hook.channel.config.uri = "https://hkdk.events/abc123";
  world.variables.OKTA_HOOK_SECRET = FRESH;
  world.variables.OKTA_HOOK_SECRET_PREVIOUS = SECRET;
  const seen = await runHook(["okta", "rotate-secret"], world);
  expect(seen.screen).toContain(
    "Hookdeck answers for the endpoint, so nothing proves that it accepts both secrets: give --yes if it does.",
  );
  expect(world.org.state.hooks.size).toBe(1);
});

test("neither secret goes to an address in the clear, whatever the org says", async () => {
  const world = await withHook();
  const [hook] = world.org.state.hooks.values();
  if (hook) hook.channel.config.uri = "http://hooks.example.com/";
  world.variables.OKTA_HOOK_SECRET = FRESH;
  world.variables.OKTA_HOOK_SECRET_PREVIOUS = SECRET;
  const before = world.endpoint.challenges;
  const seen = await runHook(["okta", "rotate-secret"], world);
  expect(seen.screen).toContain("has an address that cannot be used. Okta calls https addresses only");
  expect(seen.exitCode).toBe(1);
  expect(world.endpoint.challenges).toBe(before);
  expect(world.org.state.hooks.size).toBe(1);
});

test.each([
  { what: "missing", uri: undefined },
  { what: "no address", uri: 42 },
])("an address of the org's that is $what is said in a sentence", async ({ uri }) => {
  const world = await withHook();
  const [hook] = world.org.state.hooks.values();
  if (hook) Object.assign(hook.channel.config, { uri });
  const seen = await runHook(["okta", "rotate-secret", "--yes"], world);
  expect(seen.screen).toContain("has an address that cannot be used. The address must be an https URL.");
  expect(seen.exitCode).toBe(1);
});

test("cut off while both hooks deliver, it is finished by the same command or by okta sync", async () => {
  for (const finish of [
    ["okta", "rotate-secret"],
    ["okta", "sync", "--yes"],
  ]) {
    const world = await withHook();
    world.variables.OKTA_HOOK_SECRET = FRESH;
    world.variables.OKTA_HOOK_SECRET_PREVIOUS = SECRET;
    world.endpoint.behaviour.secrets = [FRESH, SECRET];
    const cut = { ...world, onSleep: () => Promise.reject(new CommandError("Ctrl+C")) };
    expect((await runHook(["okta", "rotate-secret"], cut)).exitCode).toBe(1);
    expect(await world.org.deliver("user.lifecycle.create", [{}])).toEqual([204, 204]);
    expect((await runHook(finish, world)).exitCode).toBe(0);
    const [hook, ...others] = world.org.state.hooks.values();
    expect(others).toEqual([]);
    expect(hook?.channel.config.authScheme?.value).toBe(FRESH);
    expect(await world.org.deliver("user.lifecycle.create", [{}])).toEqual([204]);
  }
});

test("does not start on a hook that gets no events", async () => {
  const world = await withHook();
  await runHook(["okta", "deactivate"], world);
  const seen = await runHook(["okta", "rotate-secret"], world);
  expect(seen.screen).toContain("is INACTIVE, VERIFIED: mend that first, it gets no events.");
  expect(seen.exitCode).toBe(1);
});
