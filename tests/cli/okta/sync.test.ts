import { expect, test } from "vitest";
import { asHere, shownOutput } from "../../support/pages.ts";
import { ADDRESS, runHook, SECRET, startWorld, type World } from "./run-hook.ts";

/** A world in which `okta create` has run. */
async function withHook(): Promise<World> {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS, "--header", "X-Team: identity"], world);
  world.org.requests.length = 0;
  return world;
}

const changes = ({ org }: World) => org.requests.filter((request) => !request.startsWith("GET"));

test("shows what differs and changes nothing when nobody says yes", async () => {
  const world = await withHook();
  world.subscription = ["group.lifecycle.create", "user.lifecycle.create"];
  const seen = await runHook(["okta", "sync"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    event types
      + group.lifecycle.create
    secret
      ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)
    to do
      1. change it, sending OKTA_HOOK_SECRET again (Okta then takes it for UNVERIFIED)
      2. have Okta verify it
    Nothing was changed: give --yes to apply it."
  `);
  expect(seen.exitCode).toBe(1);
  const shown = asHere(shownOutput("netlify/okta/README.md", "npm run hook -- okta sync"));
  expect(seen.screen.split("\n").slice(0, -1)).toEqual(shown.split("\n").slice(0, -1));
  expect((await runHook(["okta", "sync"], world, [false])).screen).toContain(
    "? Apply this? no\nNothing was changed.",
  );
  expect(changes(world)).toEqual([]);
});

test("applies it after a question, reads the status back and has the hook verified again", async () => {
  const world = await withHook();
  world.subscription = ["group.lifecycle.create"];
  const seen = await runHook(["okta", "sync"], world, [true]);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    event types
      - user.lifecycle.create
      + group.lifecycle.create
    secret
      ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)
    to do
      1. change it, sending OKTA_HOOK_SECRET again (Okta then takes it for UNVERIFIED)
      2. have Okta verify it
    ? Apply this? yes
    Changed "New user event hook" (who00000000000000001).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint.
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    Okta starts to deliver within a minute or so."
  `);
  expect(seen.exitCode).toBe(0);
  const [hook] = world.org.state.hooks.values();
  expect(hook?.verificationStatus).toBe("VERIFIED");
  expect(hook?.events.items).toEqual(["group.lifecycle.create"]);
});

test("a PUT carries the complete channel: the secret and the headers that nobody spoke of", async () => {
  const world = await withHook();
  world.subscription = ["group.lifecycle.create"];
  await runHook(["okta", "sync", "--yes"], world);
  const [hook] = world.org.state.hooks.values();
  expect(hook?.channel.config).toEqual({
    uri: ADDRESS,
    method: "POST",
    headers: [{ key: "X-Team", value: "identity" }],
    authScheme: { type: "HEADER", key: "authorization", value: SECRET },
  });
});

test("is content with a hook that is in line", async () => {
  const world = await withHook();
  const seen = await runHook(["okta", "sync"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    secret
      ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)
    Nothing to change."
  `);
  expect(seen.exitCode).toBe(0);
});

test("an unverified hook is verified, and nothing else is done to it", async () => {
  const world = await withHook();
  const [hook] = world.org.state.hooks.values();
  if (hook) hook.verificationStatus = "UNVERIFIED";
  await runHook(["okta", "sync", "--yes"], world);
  expect(changes(world)).toEqual([`POST /api/v1/eventHooks/${hook?.id}/lifecycle/verify`]);
});

test("a hook that somebody deactivated stays so", async () => {
  const world = await withHook();
  await runHook(["okta", "deactivate"], world);
  world.subscription = ["group.lifecycle.create"];
  const seen = await runHook(["okta", "sync", "--yes"], world);
  expect(seen.screen).toContain('It is INACTIVE and stays so: "okta activate" turns it on.');
  expect([...world.org.state.hooks.values()]).toMatchObject([{ status: "INACTIVE" }]);
});

test("a hook that delivers nothing is given its new address and secret where it is", async () => {
  const world = await withHook();
  await runHook(["okta", "deactivate"], world);
  const seen = await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--secret", "--yes"], world);
  expect(seen.exitCode).toBe(0);
  expect([...world.org.state.hooks.values()]).toMatchObject([
    { id: "who00000000000000001", status: "INACTIVE", channel: { config: { uri: `${ADDRESS}?v=2` } } },
  ]);
});

test("a new address is a second hook: created, verified, and only then the old one goes", async () => {
  const world = await withHook();
  const seen = await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    address
      - https://hooks.example.com/okta-webhooks-endpoint
      + https://hooks.example.com/okta-webhooks-endpoint?v=2
    secret
      ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)
    to do
      1. create "New user event hook (2)"
      2. have Okta verify it
      3. wait 5 min, in which both deliver, until the new one surely does
      4. deactivate and delete "New user event hook" (who00000000000000001)
    Created "New user event hook (2)" (who00000000000000002).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint?v=2.
    Waiting 5 min: Okta may take minutes to start with the new hook. Both deliver meanwhile; duplicates are recognised by uuid. Cut off, the same command finishes it.
    Deleted "New user event hook" (who00000000000000001).
    "New user event hook (2)" (who00000000000000002): ACTIVE, VERIFIED
    Okta starts to deliver within a minute or so."
  `);
  expect(changes(world)).toMatchInlineSnapshot(`
    [
      "POST /api/v1/eventHooks",
      "POST /api/v1/eventHooks/who00000000000000002/lifecycle/verify",
      "POST /api/v1/eventHooks/who00000000000000001/lifecycle/deactivate",
      "DELETE /api/v1/eventHooks/who00000000000000001",
    ]
  `);
});

test("both hooks deliver while the new one starts, for as long as is asked", async () => {
  const world = await withHook();
  const atOnce = await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--overlap", "0"], world);
  expect(atOnce.screen).not.toContain("both deliver");
  const sleptMs: number[] = [];
  await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--overlap", "10", "--yes"], {
    ...world,
    async onSleep(delayMs) {
      sleptMs.push(delayMs);
      expect(await world.org.deliver("user.lifecycle.create", [{}])).toEqual([204, 204]);
    },
  });
  expect(sleptMs).toEqual([600_000]);
  expect(await world.org.deliver("user.lifecycle.create", [{}])).toEqual([204]);
});

test("a new secret is a second hook too", async () => {
  const world = await withHook();
  world.variables.OKTA_HOOK_SECRET = "Basic bmV3";
  world.endpoint.behaviour.secrets.push("Basic bmV3");
  const seen = await runHook(["okta", "sync", "--secret", "--yes"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    to do
      1. create "New user event hook (2)"
      2. have Okta verify it
      3. wait 5 min, in which both deliver, until the new one surely does
      4. deactivate and delete "New user event hook" (who00000000000000001)
    Created "New user event hook (2)" (who00000000000000002).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint.
    Waiting 5 min: Okta may take minutes to start with the new hook. Both deliver meanwhile; duplicates are recognised by uuid. Cut off, the same command finishes it.
    Deleted "New user event hook" (who00000000000000001).
    "New user event hook (2)" (who00000000000000002): ACTIVE, VERIFIED
    Okta starts to deliver within a minute or so."
  `);
  const [hook, ...others] = world.org.state.hooks.values();
  expect(others).toEqual([]);
  expect(hook?.channel.config.authScheme?.value).toBe("Basic bmV3");
});

test("when the second hook cannot be verified it goes again, and the old one still delivers", async () => {
  const world = await withHook();
  world.endpoint.behaviour.status = 503;
  const seen = await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    address
      - https://hooks.example.com/okta-webhooks-endpoint
      + https://hooks.example.com/okta-webhooks-endpoint?v=2
    secret
      ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)
    to do
      1. create "New user event hook (2)"
      2. have Okta verify it
      3. wait 5 min, in which both deliver, until the new one surely does
      4. deactivate and delete "New user event hook" (who00000000000000001)
    Could not try the secret: the endpoint answered 503: (an empty body). Okta tries the address itself.
    Created "New user event hook (2)" (who00000000000000002).
    Okta could not verify the address: Unable to verify event hook. Hook New user event hook (2) execution failed (E0000001). It must answer the challenge within 3 s; "npm run hook -- verify --url <address>" shows what it answers. The new event hook was removed again; "New user event hook" is as it was."
  `);
  expect(seen.exitCode).toBe(1);
  expect([...world.org.state.hooks.values()]).toMatchObject([
    { status: "ACTIVE", verificationStatus: "VERIFIED", channel: { config: { uri: ADDRESS } } },
  ]);
});

test("a change that was cut off between the two hooks is finished by the next run", async () => {
  const world = await withHook();
  world.org.faults.push({ status: 403, on: "DELETE /api/v1/eventHooks/who00000000000000001" });
  const cut = await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"], world);
  expect(cut.screen).toContain("The new event hook works; the old one");
  expect(cut.exitCode).toBe(1);
  expect(world.org.state.hooks.size).toBe(2);
  const seen = await runHook(["okta", "sync", "--yes"], world);
  expect(seen.screen).toContain('Deleted "New user event hook" (who00000000000000001).');
  expect([...world.org.state.hooks.values()]).toMatchObject([
    { channel: { config: { uri: `${ADDRESS}?v=2` } } },
  ]);
});

test.each([
  { command: ["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"] },
  { command: ["okta", "sync", "--url", `${ADDRESS}?v=2`, "--secret", "--yes"] },
  { command: ["okta", "create", "--url", `${ADDRESS}?v=2`, "--yes"] },
])("cut off between create and verify, $command finishes it", async ({ command }) => {
  const world = await withHook();
  world.endpoint.behaviour.status = 503;
  world.org.faults.push({
    status: 403,
    on: "POST /api/v1/eventHooks/who00000000000000002/lifecycle/deactivate",
  });
  expect((await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"], world)).exitCode).toBe(1);
  expect([...world.org.state.hooks.values()]).toMatchObject([
    { verificationStatus: "VERIFIED" },
    { status: "ACTIVE", verificationStatus: "UNVERIFIED" },
  ]);
  delete world.endpoint.behaviour.status;
  expect((await runHook(command, world)).exitCode).toBe(0);
  expect([...world.org.state.hooks.values()]).toMatchObject([
    { verificationStatus: "VERIFIED", channel: { config: { uri: `${ADDRESS}?v=2` } } },
  ]);
});

test("when the second hook can be neither verified nor removed, both facts are told", async () => {
  const world = await withHook();
  world.endpoint.behaviour.status = 503;
  world.org.faults.push({ status: 403, on: "DELETE /api/v1/eventHooks/who00000000000000002" });
  const seen = await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"], world);
  expect(seen.screen).toContain("Okta could not verify the address");
  expect(seen.screen).toContain(
    '"New user event hook" is as it was. The new one, who00000000000000002, may still be there',
  );
  expect(seen.exitCode).toBe(1);
});

test("a create without an answer is not called undone", async () => {
  const world = await withHook();
  world.org.faults.push({ status: 503, on: "POST /api/v1/eventHooks" });
  const seen = await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"], world);
  expect(seen.screen).toContain("Whether the event hook was made is not known");
  expect(seen.exitCode).toBe(1);
});

test("while the endpoint is down, a hook that delivers is not changed where it is: it would fall silent", async () => {
  const world = await withHook();
  world.subscription = ["group.lifecycle.create"];
  world.endpoint.behaviour.status = 503;
  const seen = await runHook(["okta", "sync", "--yes"], world);
  expect(seen.screen).toContain(
    "hooks.example.com does not verify (the endpoint answered 503: (an empty body)), and a change now would silence the hook",
  );
  expect(seen.exitCode).toBe(1);
  expect(changes(world)).toEqual([]);
  delete world.endpoint.behaviour.status;
  expect((await runHook(["okta", "sync", "--yes"], world)).exitCode).toBe(0);
});

test("an org that drops the filters of a changed hook without a word: it delivers on, and that is said", async () => {
  const world = await withHook();
  world.org.state.rules.filters = "ignored";
  const seen = await runHook(["okta", "sync", "--filter", "user.lifecycle.create=true", "--yes"], world);
  expect(seen.screen).toContain("The hook was changed, without its filters: it gets every event");
  expect(seen.exitCode).toBe(1);
  expect([...world.org.state.hooks.values()]).toMatchObject([
    { status: "ACTIVE", verificationStatus: "VERIFIED" },
  ]);
});

test("--json prints the differences and changes nothing", async () => {
  const world = await withHook();
  world.subscription = ["group.lifecycle.create"];
  const seen = await runHook(["okta", "sync", "--json"], world);
  expect(JSON.parse(seen.out)).toMatchObject({
    id: "who00000000000000001",
    name: "New user event hook",
    active: true,
    verified: true,
    address: ADDRESS,
    secretHeader: "authorization",
    applied: false,
    differences: [
      { part: "event types", removed: ["user.lifecycle.create"], added: ["group.lifecycle.create"] },
    ],
    steps: ["replace", "verify"],
    left: [],
  });
  expect(seen.exitCode).toBe(1);
  expect(changes(world)).toEqual([]);
});

test("--json with --yes applies them, and standard output holds nothing else", async () => {
  const world = await withHook();
  world.subscription = ["group.lifecycle.create"];
  const seen = await runHook(["okta", "sync", "--json", "--yes"], world);
  expect(JSON.parse(seen.out)).toMatchObject({
    eventTypes: ["group.lifecycle.create"],
    verified: true,
    applied: true,
    steps: ["replace", "verify"],
  });
  expect(seen.screen).toContain('Changed "New user event hook"');
  expect(seen.exitCode).toBe(0);
  const again = await runHook(["okta", "sync", "--json", "--yes"], world);
  expect(JSON.parse(again.out)).toMatchObject({ applied: false, differences: [], steps: [] });
  expect(again.exitCode).toBe(0);
});

test("without the secret in the settings a change is refused: it would lose the org's", async () => {
  const world = await withHook();
  world.variables.OKTA_HOOK_SECRET = "";
  world.subscription = ["group.lifecycle.create"];
  const seen = await runHook(["okta", "sync", "--yes"], world);
  expect(seen.screen).toContain("which Okta never gives back: a change would lose it.");
  expect(changes(world)).toEqual([]);
});

test("an org without the hook is told how to make it", async () => {
  const world = await startWorld();
  const seen = await runHook(["okta", "sync", "--url", ADDRESS], world);
  expect(seen.screen).toContain('make it with "okta create --url <address>"');
  expect(seen.exitCode).toBe(1);
});
