import { expect, test } from "vitest";
import { asHere, shownOutput } from "../../support/pages.ts";
import { ADDRESS, runHook, SECRET, startWorld } from "./run-hook.ts";

const create = ["okta", "create", "--url", ADDRESS];

test("one command goes from nothing to a verified hook that delivers", async () => {
  const world = await startWorld();
  const seen = await runHook(create, world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    Created "New user event hook" (who00000000000000001).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint.

    New user event hook
      id       who00000000000000001
      status   ACTIVE, VERIFIED
      address  https://hooks.example.com/okta-webhooks-endpoint
      secret   in the header authorization
      events   user.lifecycle.create
    Okta starts to deliver within a minute or so."
  `);
  expect(seen.exitCode).toBe(0);
  expect(seen.screen).toBe(asHere(shownOutput("netlify/okta/README.md", "npm run hook -- okta create")));
  const [hook] = world.org.state.hooks.values();
  expect(hook).toMatchObject({
    name: "New user event hook",
    status: "ACTIVE",
    verificationStatus: "VERIFIED",
    events: { type: "EVENT_TYPE", items: ["user.lifecycle.create"] },
    channel: {
      type: "HTTP",
      version: "1.0.0",
      config: { uri: ADDRESS, authScheme: { type: "HEADER", key: "authorization", value: SECRET } },
    },
  });
  expect(await world.org.deliver("user.lifecycle.create", [{}])).toEqual([204]);
});

test("run again, it finds the hook by its name and makes no second one", async () => {
  const world = await startWorld();
  await runHook(create, world);
  world.org.requests.length = 0;
  const seen = await runHook(create, world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001) is as it should be. (Its secret cannot be read from the org.)

    New user event hook
      id       who00000000000000001
      status   ACTIVE, VERIFIED
      address  https://hooks.example.com/okta-webhooks-endpoint
      secret   in the header authorization
      events   user.lifecycle.create"
  `);
  expect(world.org.requests).toEqual(["GET /api/v1/eventHooks"]);
});

test("run again, it brings the hook in line: event types, verification, activation", async () => {
  const world = await startWorld();
  await runHook(create, world);
  const [hook] = world.org.state.hooks.values();
  if (hook) hook.status = "INACTIVE";
  world.subscription = ["group.lifecycle.create"];
  const seen = await runHook(create, world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    event types
      - user.lifecycle.create
      + group.lifecycle.create
    Changed "New user event hook" (who00000000000000001).
    Activated "New user event hook" (who00000000000000001).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint.

    New user event hook
      id       who00000000000000001
      status   ACTIVE, VERIFIED
      address  https://hooks.example.com/okta-webhooks-endpoint
      secret   in the header authorization
      events   group.lifecycle.create
    Okta starts to deliver within a minute or so."
  `);
  expect(world.org.state.hooks.size).toBe(1);
  expect(hook).toMatchObject({ status: "ACTIVE", verificationStatus: "VERIFIED" });
});

test("with another address it asks before the old hook goes, and does it in the order that loses nothing", async () => {
  const world = await startWorld();
  await runHook(create, world);
  const moved = ["okta", "create", "--url", `${ADDRESS}?v=2`];
  const nobody = await runHook(moved, world);
  expect(nobody.screen).toContain("Nothing was changed: give --yes to deactivate and delete");
  expect(nobody.exitCode).toBe(1);
  expect(world.org.state.hooks.size).toBe(1);
  world.org.requests.length = 0;
  const seen = await runHook(moved, world, [true]);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    address
      - https://hooks.example.com/okta-webhooks-endpoint
      + https://hooks.example.com/okta-webhooks-endpoint?v=2
    ? When the new hook is verified: deactivate and delete "New user event hook" (who00000000000000001)? yes
    Created "New user event hook (2)" (who00000000000000002).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint?v=2.
    Waiting 5 min: Okta may take minutes to start with the new hook. Both deliver meanwhile; duplicates are recognised by uuid. Cut off, the same command finishes it.
    Deleted "New user event hook" (who00000000000000001).

    New user event hook (2)
      id       who00000000000000002
      status   ACTIVE, VERIFIED
      address  https://hooks.example.com/okta-webhooks-endpoint?v=2
      secret   in the header authorization
      events   user.lifecycle.create
    Okta starts to deliver within a minute or so."
  `);
  expect(world.org.requests.filter((request) => !request.startsWith("GET"))).toMatchInlineSnapshot(`
    [
      "POST /api/v1/eventHooks",
      "POST /api/v1/eventHooks/who00000000000000002/lifecycle/verify",
      "POST /api/v1/eventHooks/who00000000000000001/lifecycle/deactivate",
      "DELETE /api/v1/eventHooks/who00000000000000001",
    ]
  `);
});

test("events, headers and filters can be given", async () => {
  const world = await startWorld();
  const expression = "event.target.?[displayName eq 'Sales'].size()>0";
  const args = [
    ...[...create, "--name", "Sales", "--type", "group.user_membership.add"],
    ...["--header", "X-Team: identity", "--filter", `group.user_membership.add=${expression}`],
  ];
  const seen = await runHook(args, world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    Created "Sales" (who00000000000000001).
    Okta verified https://hooks.example.com/okta-webhooks-endpoint.

    Sales
      id       who00000000000000001
      status   ACTIVE, VERIFIED
      address  https://hooks.example.com/okta-webhooks-endpoint
      secret   in the header authorization
      header   X-Team
      events   group.user_membership.add
      filter   group.user_membership.add if event.target.?[displayName eq 'Sales'].size()>0
    Okta starts to deliver within a minute or so."
  `);
  const [hook] = world.org.state.hooks.values();
  expect(hook?.channel.config.headers).toEqual([{ key: "X-Team", value: "identity" }]);
  expect(hook?.events.filter?.eventFilterMap).toEqual([
    { event: "group.user_membership.add", condition: { expression } },
  ]);
});

test("an org without the Early Access filters gets a sentence, and nothing half made", async () => {
  const world = await startWorld({ filters: false });
  const seen = await runHook([...create, "--filter", "user.lifecycle.create=true"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    The org did not take the filters (Event hook filters are not enabled (E0000001)): they are Early Access, to be turned on under Settings > Features. Nothing was changed."
  `);
  expect(seen.exitCode).toBe(1);
  expect(world.org.state.hooks.size).toBe(0);
});

test("an org that forgets the filters without a word is noticed, and the hook is removed again", async () => {
  const world = await startWorld({ filters: "ignored" });
  const seen = await runHook([...create, "--filter", "user.lifecycle.create=true"], world);
  expect(seen.screen).toContain("The org did not take the filters");
  expect(seen.screen).toContain("Nothing was made.");
  expect(seen.exitCode).toBe(1);
  expect(world.org.state.hooks.size).toBe(0);
});

test("when Okta cannot verify the address, the hook stays unverified and the fix is named", async () => {
  const world = await startWorld();
  world.endpoint.behaviour.status = 503;
  const seen = await runHook(create, world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    Could not try the secret: the endpoint answered 503: (an empty body). Okta tries the address itself.
    Created "New user event hook" (who00000000000000001).
    Okta could not verify the address: Unable to verify event hook. Hook New user event hook execution failed (E0000001). It must answer the challenge within 3 s; "npm run hook -- verify --url <address>" shows what it answers. The event hook is there but UNVERIFIED, and gets no events until "okta verify" succeeds."
  `);
  expect(seen.exitCode).toBe(1);
  world.endpoint.behaviour.status = 200;
  delete world.endpoint.behaviour.status;
  expect((await runHook(["okta", "verify"], world)).screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    "New user event hook" (who00000000000000001): ACTIVE, VERIFIED
    Okta starts to deliver within a minute or so."
  `);
});

test("an address that never answers fails after Okta's time limit", async () => {
  const world = await startWorld({ timeoutMs: 500 });
  world.variables.OKTA_HOOK_SECRET = "";
  world.endpoint.behaviour.secrets = [];
  world.endpoint.behaviour.answersForOthers = true;
  await runHook(create, world);
  world.endpoint.behaviour.hangs = true;
  const [hook] = world.org.state.hooks.values();
  if (hook) hook.verificationStatus = "UNVERIFIED";
  const seen = await runHook(["okta", "verify"], world);
  expect(seen.screen).toContain("Okta could not verify the address: Unable to verify event hook.");
});

test("an endpoint that does not accept the secret is found out before the org is touched", async () => {
  const world = await startWorld();
  world.endpoint.behaviour.secrets = ["another"];
  const seen = await runHook(create, world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    hooks.example.com does not accept OKTA_HOOK_SECRET: set the same secret there, deploy, and try again. Nothing was changed in the org."
  `);
  expect(seen.exitCode).toBe(1);
  expect(world.org.requests).toEqual(["GET /api/v1/eventHooks"]);
});

test("a page in front of the endpoint is named; whether Okta gets past it, Okta finds out", async () => {
  const world = await startWorld();
  world.endpoint.behaviour.status = 401;
  const seen = await runHook(create, world);
  expect(seen.screen).toContain("hooks.example.com answers us 401 with a page that is not the endpoint's");
  expect(seen.screen).toContain("Okta could not verify the address");
  expect(seen.exitCode).toBe(1);
});

test("through Hookdeck, which answers the verification itself, the secret counts as unproven", async () => {
  const world = await startWorld();
  const seen = await runHook(["okta", "create", "--url", "https://hkdk.events/abc123"], world);
  expect(seen.screen).toContain(
    "Hookdeck answered Okta's verification itself, so the secret is not proven yet",
  );
});

test("without a secret it says what that means", async () => {
  const world = await startWorld();
  world.variables.OKTA_HOOK_SECRET = "";
  world.endpoint.behaviour.secrets = [];
  const seen = await runHook(create, world);
  expect(seen.screen).toContain("Without OKTA_HOOK_SECRET, whoever knows the address can post events to it.");
  const [hook] = world.org.state.hooks.values();
  expect(hook?.channel.config.authScheme).toBeUndefined();
});

test("a full org is refused before anything is sent", async () => {
  const world = await startWorld();
  for (let number = 0; number < 25; number += 1) {
    await runHook([...create, "--name", `Hook number ${number}`], world);
  }
  world.org.requests.length = 0;
  const seen = await runHook(create, world);
  expect(seen.screen).toBe(
    "Org: 127.0.0.1:PORT\nThe org has 25 active event hooks, as many as Okta allows: deactivate one first.",
  );
  expect(seen.exitCode).toBe(1);
  expect(world.org.requests).toEqual(["GET /api/v1/eventHooks"]);
});

test("--json prints the hook, and nothing else to standard output", async () => {
  const world = await startWorld();
  const seen = await runHook(
    ["okta", "create", "--url", ADDRESS, "--header", "X-Key: hunter2", "--json"],
    world,
  );
  expect(JSON.parse(seen.out)).toMatchObject({
    id: "who00000000000000001",
    active: true,
    verified: true,
    address: ADDRESS,
    extraHeaders: ["X-Key"],
    steps: ["create", "verify"],
    applied: true,
  });
  expect(seen.screen).not.toContain("hunter2");
  const again = await runHook(["okta", "create", "--url", ADDRESS, "--json"], world);
  expect(JSON.parse(again.out)).toMatchObject({ id: "who00000000000000001", steps: [], applied: false });
});

test("--url takes the site for its endpoint, as every command does, and Hookdeck's address as it is", async () => {
  const world = await startWorld();
  const site = new URL(ADDRESS).origin;
  expect(JSON.parse((await runHook(["okta", "create", "--url", site, "--json"], world)).out).address).toBe(
    ADDRESS,
  );
  const hookdeck = "https://hkdk.events/abc123";
  const seen = await runHook(["okta", "create", "--url", hookdeck, "--name", "Other", "--json"], world);
  expect(JSON.parse(seen.out).address).toBe(hookdeck);
});
