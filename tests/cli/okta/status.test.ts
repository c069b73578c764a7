import { expect, test } from "vitest";
import { ADDRESS, runHook, startWorld } from "./run-hook.ts";

const failure = (reason: string, published = "2026-11-24T08:00:00.000Z") => ({
  uuid: reason,
  published,
  eventType: "event_hook.delivery",
  outcome: { result: "FAILURE", reason },
  target: [{ id: "who00000000000000001", type: "EventHook", displayName: "New user event hook" }],
});

test("shows each hook and the deliveries that failed", async () => {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  await runHook(["okta", "create", "--url", ADDRESS, "--name", "Quiet"], world);
  await runHook(["okta", "deactivate", "Quiet"], world);
  world.org.log.push(
    failure("too long ago", "2026-11-23T09:59:59.000Z"),
    ...Array.from({ length: 12 }, (_, hour) =>
      failure(`timeout at ${hour}`, new Date(Date.UTC(2026, 10, 23, 21 + hour)).toISOString()),
    ),
    { ...failure("another matter"), eventType: "user.session.start" },
  );
  const seen = await runHook(["okta", "status"], world);
  expect(seen.screen).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    New user event hook
      id       who00000000000000001
      status   ACTIVE, VERIFIED
      address  https://hooks.example.com/okta-webhooks-endpoint
      secret   in the header authorization
      events   user.lifecycle.create

    Quiet
      id       who00000000000000002
      status   INACTIVE, VERIFIED (gets no events)
      address  https://hooks.example.com/okta-webhooks-endpoint
      secret   in the header authorization
      events   user.lifecycle.create

    Failed deliveries in the last day: 12
      2026-11-24T08:00:00.000Z  who00000000000000001  timeout at 11
      2026-11-24T07:00:00.000Z  who00000000000000001  timeout at 10
      2026-11-24T06:00:00.000Z  who00000000000000001  timeout at 9
      2026-11-24T05:00:00.000Z  who00000000000000001  timeout at 8
      2026-11-24T04:00:00.000Z  who00000000000000001  timeout at 7
      2026-11-24T03:00:00.000Z  who00000000000000001  timeout at 6
      2026-11-24T02:00:00.000Z  who00000000000000001  timeout at 5
      2026-11-24T01:00:00.000Z  who00000000000000001  timeout at 4
      2026-11-24T00:00:00.000Z  who00000000000000001  timeout at 3
      2026-11-23T23:00:00.000Z  who00000000000000001  timeout at 2
      … and 2 more"
  `);
  expect(seen.exitCode).toBe(0);
});

test("an org without hooks", async () => {
  expect(
    (await runHook(["okta", "status", "--days", "7"], await startWorld())).screen,
  ).toMatchInlineSnapshot(`
    "Org: 127.0.0.1:PORT
    The org has no event hooks: make one with "okta create --url <address>".
    No failed deliveries in the last 7 days."
  `);
});

test("--json is JSON and nothing else", async () => {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  world.org.log.push(failure("timeout"));
  expect(JSON.parse((await runHook(["okta", "status", "--json"], world)).out)).toMatchObject({
    hooks: [{ id: "who00000000000000001", active: true, verified: true, address: ADDRESS }],
    failures: [{ published: "2026-11-24T08:00:00.000Z", reason: "timeout" }],
  });
});

test("--json keeps the values of extra headers to itself, and escapes what could steer a terminal", async () => {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS, "--header", "X-Key: hunter2"], world);
  const [hook] = world.org.state.hooks.values();
  if (hook) hook.name = "evil\u009b2J\u202ename";
  const { out } = await runHook(["okta", "status", "--json"], world);
  expect(out).not.toContain("hunter2");
  expect(out).toContain("evil\\u009b2J\\u202ename");
  expect(JSON.parse(out)).toMatchObject({
    hooks: [{ name: "evil\u009b2J\u202ename", extraHeaders: ["X-Key"] }],
  });
});

test("a hook whose parts are missing, null or of another kind is shown all the same", async () => {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  const id = "who00000000000000001";
  for (const odd of [{ id }, { id, name: 42, channel: null, events: null, created: "never" }, { id: null }]) {
    world.org.faults.push({ status: 200, body: JSON.stringify([odd]), on: "GET /api/v1/eventHooks" });
    const seen = await runHook(["okta", "status"], world);
    expect(seen.screen).toContain("INACTIVE, UNVERIFIED (gets no events)");
    expect(seen.exitCode).toBe(0);
  }
});

test("without access to the System Log the hooks are shown all the same", async () => {
  const world = await startWorld({ permissions: ["okta.eventHooks.manage"] });
  await runHook(["okta", "create", "--url", ADDRESS], world);
  const seen = await runHook(["okta", "status"], world);
  expect(seen.out).toContain("ACTIVE, VERIFIED");
  expect(seen.screen).toContain("does not allow us to read the System Log: the token's admin needs a role");
  expect(seen.exitCode).toBe(1);
});

test("the org's text is printed with its control characters escaped", async () => {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  const [hook] = world.org.state.hooks.values();
  if (hook) hook.name = "evil\u001b[2J\u202ename\nrow";
  world.org.log.push(failure("\u009b31mred"));
  const { screen } = await runHook(["okta", "status"], world);
  expect(screen).toContain("evil\\u001b[2J\\u202ename\\u000arow");
  expect(screen).toContain("\\u009b31mred");
});
