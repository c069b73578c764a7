/** Whose a hook is: only those that this project made, or took over, are changed and deleted. */
import { describe, expect, test } from "vitest";
import type { StoredHook } from "../../okta/stand-in/org-state.ts";
import { ADDRESS, runHook, SECRET, startWorld, type World } from "./run-hook.ts";

const NAME = "New user event hook";
const changes = ({ org }: World) => org.requests.filter((request) => !request.startsWith("GET"));
const stored = ({ org }: World) => [...org.state.hooks.values()];

/** A hook of somebody else's: made in the Admin Console, or by a version that marked none. */
function makeByHand({ org }: World, id: string, fields: Partial<StoredHook> = {}): void {
  org.state.hooks.set(id, {
    id,
    name: NAME,
    description: "HR provisioning, ask Sam",
    status: "ACTIVE",
    verificationStatus: "VERIFIED",
    created: "2026-11-24T07:00:00.000Z",
    lastUpdated: "2026-11-24T07:00:00.000Z",
    events: { type: "EVENT_TYPE", items: ["user.lifecycle.create"] },
    channel: {
      type: "HTTP",
      version: "1.0.0",
      config: {
        uri: ADDRESS,
        headers: [],
        authScheme: { type: "HEADER", key: "authorization", value: SECRET },
      },
    },
    ...fields,
  });
}

test("a hook that is made says in its description whose it is", async () => {
  const world = await startWorld();
  await runHook(["okta", "create", "--url", ADDRESS], world);
  expect(stored(world)).toMatchObject([{ description: "[okta-event-hooks: New user event hook]" }]);
});

describe("a colleague's hook", () => {
  test.each([
    ["sync", ["okta", "sync", "--url", `${ADDRESS}?v=2`, "--secret", "--yes"]],
    ["create", ["okta", "create", "--url", `${ADDRESS}?v=2`, "--yes"]],
  ])(
    "beside ours is named and left by %s, though its name looks like a leftover of ours",
    async (_, command) => {
      const world = await startWorld();
      await runHook(["okta", "create", "--url", ADDRESS], world);
      makeByHand(world, "who9colleague", { name: `${NAME} (2)` });
      const seen = await runHook(command, world);
      expect(seen.exitCode).toBe(0);
      expect(seen.screen).toContain(
        `Not made by this project, and left as it is: "${NAME} (2)" (who9colleague).`,
      );
      expect(stored(world).map(({ id, name }) => [id, name])).toEqual([
        ["who9colleague", `${NAME} (2)`],
        ["who00000000000000002", `${NAME} (3)`],
      ]);
      expect(changes(world).join("\n")).not.toContain("who9colleague");
    },
  );

  test.each([
    ["sync", ["okta", "sync", "--yes"]],
    ["create", ["okta", "create", "--url", ADDRESS, "--yes"]],
    ["rotate-secret", ["okta", "rotate-secret", "--yes"]],
  ])("that has the name alone makes %s stop, which says both ways out", async (_, command) => {
    const world = await startWorld();
    makeByHand(world, "who9colleague");
    world.subscription = ["group.lifecycle.create"];
    const seen = await runHook(command, world);
    expect(seen.exitCode).toBe(1);
    expect(seen.screen).toContain(
      `has "${NAME}" (who9colleague), which was made by hand, by somebody else or by an earlier version: it is left as it is. To take it over: npm run hook -- okta sync --adopt who9colleague. To make another beside it, give --name.`,
    );
    expect(changes(world)).toEqual([]);
  });

  test("that carries our mark under another name is no leftover of this one", async () => {
    const world = await startWorld();
    await runHook(["okta", "create", "--url", ADDRESS], world);
    await runHook(["okta", "create", "--url", ADDRESS, "--name", `${NAME} (2)`], world);
    await runHook(["okta", "sync", "--url", `${ADDRESS}?v=2`, "--yes"], world);
    expect(stored(world).map(({ name }) => name)).toEqual([`${NAME} (2)`, `${NAME} (3)`]);
    const second = await runHook(["okta", "sync", "--name", `${NAME} (2)`], world);
    expect(second.screen).toContain("Nothing to change.");
  });
});

describe("a hook that a person hands over by its id", () => {
  const adopt = ["okta", "sync", "--adopt", "who9colleague"];

  test("is changed where it is, after a question that tells of the minutes of silence", async () => {
    const world = await startWorld();
    makeByHand(world, "who9colleague");
    const seen = await runHook(adopt, world, [true]);
    expect(seen.screen).toMatchInlineSnapshot(`
      "Org: 127.0.0.1:PORT
      "New user event hook" (who9colleague): ACTIVE, VERIFIED
      secret
        ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)
      to do
        1. take it over: change it, sending OKTA_HOOK_SECRET again (Okta then takes it for UNVERIFIED)
        2. have Okta verify it
      Until Okta has verified it again it gets no events, and Okta may take some minutes to begin: what happens in between is not delivered to it.
      ? Take it over, and miss the events of these minutes? yes
      Changed "New user event hook" (who9colleague).
      Okta verified https://hooks.example.com/okta-webhooks-endpoint.
      "New user event hook" (who9colleague): ACTIVE, VERIFIED
      Okta starts to deliver within a minute or so."
    `);
    expect(seen.exitCode).toBe(0);
    expect(stored(world)).toMatchObject([
      {
        id: "who9colleague",
        description: "HR provisioning, ask Sam [okta-event-hooks: New user event hook]",
        verificationStatus: "VERIFIED",
      },
    ]);
    expect((await runHook(["okta", "sync"], world)).screen).toContain("Nothing to change.");
  });

  test("stays as it is without a yes", async () => {
    const world = await startWorld();
    makeByHand(world, "who9colleague");
    expect((await runHook(adopt, world, [false])).screen).toContain("Nothing was changed.");
    expect((await runHook(adopt, world)).screen).toContain("Nothing was changed: give --yes to apply it.");
    expect(changes(world)).toEqual([]);
  });

  test("keeps its own name, and what finds it from then on is said", async () => {
    const world = await startWorld();
    makeByHand(world, "who9colleague", { name: "HR" });
    const seen = await runHook([...adopt, "--yes"], world);
    expect(seen.screen).toContain('From now on the commands find it with --name and its name, "HR".');
    expect(stored(world)).toMatchObject([
      { name: "HR", description: "HR provisioning, ask Sam [okta-event-hooks: HR]" },
    ]);
    expect((await runHook(["okta", "sync", "--name", "HR"], world)).screen).toContain("Nothing to change.");
  });

  test("that an earlier version made as a replacement goes on as the hook that it replaced", async () => {
    const world = await startWorld();
    makeByHand(world, "who9colleague", { name: `${NAME} (2)`, description: null });
    await runHook([...adopt, "--yes"], world);
    expect((await runHook(["okta", "sync"], world)).screen).toContain("Nothing to change.");
  });

  test("is not taken while ours has that name", async () => {
    const world = await startWorld();
    await runHook(["okta", "create", "--url", ADDRESS], world);
    makeByHand(world, "who9colleague");
    world.org.requests.length = 0;
    const seen = await runHook([...adopt, "--yes"], world);
    expect(seen.screen).toContain("is the hook of that name already");
    expect(changes(world)).toEqual([]);
  });

  test("has to be there", async () => {
    const seen = await runHook(adopt, await startWorld());
    expect(seen.screen).toContain('has no event hook with the id "who9colleague".');
  });
});

test("the doctor's fix for a hook that is not ours hands it over", async () => {
  const world = await startWorld();
  makeByHand(world, "who9colleague");
  world.subscription = ["group.lifecycle.create"];
  world.machine = {
    nodeVersion: "24.21.0",
    packageVersion: () => undefined,
    isPortTaken: async () => false,
    hookdeckSignIn: () => "nobody",
    isSettingsFileShared: () => false,
    migrations: async () => [],
    database: async () => ({ kind: "not-running" }),
  };
  expect((await runHook(["doctor"], world)).screen).toContain(
    "-> npm run hook -- okta sync --adopt who9colleague",
  );
});
