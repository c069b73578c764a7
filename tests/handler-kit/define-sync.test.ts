import { describe, expect, expectTypeOf, it } from "vitest";
import { defineSync, HandlerDefinitionError, listHandlers, type OktaUser } from "#handler-kit";
import { makeEvent, runHandler } from "#handler-kit/testing";

const userId = "00u118oQYT4TBTemp0g4";
const groupId = "00g118oQYT4TBTemp0g4";
const users = [{ id: userId, status: "SUSPENDED" }];
const groups = { [userId]: [{ id: groupId, profile: { name: "Engineering" } }] };

/** What a sync of users has applied. */
function people() {
  const applied: { id: string; version: number; user: OktaUser | null }[] = [];
  const sync = defineSync({
    name: "people",
    of: "user",
    also: ["group.user_membership.add"],
    apply: (user, { id, version }) => applied.push({ id, version, user }),
  });
  return { applied, sync };
}

describe("a sync of users", () => {
  it("is a handler of the events that change a user, which reads with the scope for that", () => {
    const { sync } = people();
    expect(sync).toMatchObject({ name: "people", okta: ["okta.users.read"] });
    expect(sync.on).toEqual([
      "user.lifecycle.*",
      "user.account.update_profile",
      "user.account.lock",
      "user.account.unlock",
      "user.account.unlock_by_admin",
      "user.account.reset_password",
      "user.account.update_password",
      "group.user_membership.add",
    ]);
  });

  it("applies the user as it is now: of the target, never of the actor", async () => {
    const { applied, sync } = people();
    const event = makeEvent("user.lifecycle.suspend", {
      actor: { type: "User", id: "00uActor00000000000a" },
      target: [{ type: "User", id: userId }],
    });
    expect(await runHandler(sync, event, { okta: { users } })).toMatchObject({
      outcome: "done",
      key: userId,
    });
    expect(applied).toMatchObject([{ id: userId, version: 1, user: users[0] }]);
  });

  it("applies null for a user whom Okta does not have", async () => {
    const { applied, sync } = people();
    const event = makeEvent("user.lifecycle.deactivate", { target: [{ type: "User", id: userId }] });
    await runHandler(sync, event, { okta: { users: [] } });
    expect(applied).toEqual([{ id: userId, version: 1, user: null }]);
  });

  it("finds the user among the targets of another event", async () => {
    const { applied, sync } = people();
    const target = [
      { type: "UserGroup", id: groupId },
      { type: "User", id: userId },
    ];
    await runHandler(sync, makeEvent("group.user_membership.add", { target }), { okta: { users } });
    expect(applied.map(({ id }) => id)).toEqual([userId]);
  });

  it("reads a user again whom Okta begins to delete", async () => {
    const { sync } = people();
    const event = makeEvent("user.lifecycle.delete.initiated", {
      published: new Date().toISOString(),
      target: [{ type: "User", id: userId }],
    });
    const run = await runHandler(sync, event, { okta: { users } });
    expect(run.outcome).toBe("later");
  });
});

it("a sync of groups applies the group", async () => {
  const names: string[] = [];
  const sync = defineSync({
    name: "teams",
    of: "group",
    apply(group) {
      expectTypeOf(group?.profile.name).toEqualTypeOf<string | undefined>();
      names.push(group?.profile.name ?? "none");
    },
  });
  expect(sync).toMatchObject({
    on: ["group.lifecycle.*", "group.profile.update"],
    okta: ["okta.groups.read"],
  });
  const event = makeEvent("group.profile.update", { target: [{ type: "UserGroup", id: groupId }] });
  await runHandler(sync, event, { okta: { groups } });
  expect(names).toEqual(["Engineering"]);
});

it("two syncs of one name are no list", () => {
  expect(() => listHandlers([people().sync, people().sync])).toThrow(HandlerDefinitionError);
});
