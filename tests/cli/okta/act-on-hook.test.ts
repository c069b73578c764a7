import { expect, test } from "vitest";
import { ADDRESS, runHook, startWorld, type World } from "./run-hook.ts";

async function withHook(): Promise<World> {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  world.org.requests.length = 0;
  return world;
}

test("activate, deactivate and verify act on the hook of that name or id, and say how it is then", async () => {
  const world = await withHook();
  const deactivated = await runHook(["okta", "deactivate"], world);
  expect(deactivated.out).toBe('"New user event hook" (who00000000000000001): INACTIVE, VERIFIED');
  const activated = await runHook(["okta", "activate", "who00000000000000001"], world);
  expect(activated.out).toBe('"New user event hook" (who00000000000000001): ACTIVE, VERIFIED');
  expect((await runHook(["okta", "verify", "New user event hook"], world)).exitCode).toBe(0);
});

test("a verification that Okta does not confirm is none", async () => {
  const world = await withHook();
  const on = "POST /api/v1/eventHooks/who00000000000000001/lifecycle/verify";
  world.org.faults.push({ status: 200, body: '{"status":"ACTIVE","verificationStatus":"UNVERIFIED"}', on });
  const seen = await runHook(["okta", "verify"], world);
  expect(seen.screen).toContain("Okta did not verify the event hook and gave no reason.");
  expect(seen.exitCode).toBe(1);
});

test("a hook that would be one too many is not activated, and the org's reason is told", async () => {
  const world = await withHook();
  await runHook(["okta", "deactivate"], world);
  for (let number = 0; number < 25; number += 1) {
    await runHook(["okta", "create", "--url", ADDRESS, "--name", `Hook number ${number}`], world);
  }
  const seen = await runHook(["okta", "activate"], world);
  expect(seen.screen).toContain("refused to activate the event hook: You have reached the maximum number");
  expect(seen.exitCode).toBe(1);
  const again = await runHook(["okta", "create", "--url", ADDRESS], world);
  expect(again.screen).toContain("The org has 25 active event hooks, as many as Okta allows");
});

test("delete asks first, and deletes nothing without an answer", async () => {
  const world = await withHook();
  const nobody = await runHook(["okta", "delete"], world);
  expect(nobody.screen).toContain("was not deleted: give --yes to delete it.");
  expect(nobody.exitCode).toBe(1);
  const no = await runHook(["okta", "delete"], world, [false]);
  expect(no.screen).toContain('? Delete "New user event hook" (who00000000000000001), ACTIVE, VERIFIED?');
  expect(no.exitCode).toBe(1);
  expect(world.org.state.hooks.size).toBe(1);
});

test("delete deactivates an active hook first: Okta deletes no other", async () => {
  const world = await withHook();
  const seen = await runHook(["okta", "delete", "--yes"], world);
  expect(seen.screen).toBe('Org: 127.0.0.1:PORT\nDeleted "New user event hook" (who00000000000000001).');
  expect(world.org.requests).toEqual([
    "GET /api/v1/eventHooks",
    "POST /api/v1/eventHooks/who00000000000000001/lifecycle/deactivate",
    "DELETE /api/v1/eventHooks/who00000000000000001",
  ]);
});

test("a name that no hook has is answered with those that there are", async () => {
  const world = await withHook();
  const seen = await runHook(["okta", "verify", "nobody"], world);
  expect(seen.screen).toContain(
    'has no event hook "nobody". It has: "New user event hook" (who00000000000000001).',
  );
  expect(seen.exitCode).toBe(1);
});

test("a name that two hooks have is not guessed", async () => {
  const world = await withHook();
  await runHook(["okta", "create", "--url", ADDRESS, "--name", "New user event hook (2)"], world);
  const seen = await runHook(["okta", "delete", "--yes"], world);
  expect(seen.screen).toContain("More than one event hook is called so: give the id of");
  expect(world.org.state.hooks.size).toBe(2);
});

test.each(["verify", "activate", "deactivate", "delete"])("%s --json prints the hook", async (name) => {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  const yes = name === "delete" ? ["--yes"] : [];
  const seen = await runHook(["okta", name, "--json", ...yes], world);
  expect(JSON.parse(seen.out)).toMatchObject({ id: "who00000000000000001", active: name !== "deactivate" });
  expect(seen.exitCode).toBe(0);
});
