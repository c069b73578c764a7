import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { byUser, defineHandler, HandlerDefinitionError } from "#handler-kit";
import { makeEvent, runHandler } from "#handler-kit/testing";
import { readKey } from "../../netlify/handler-kit/run-key.ts";
import { readPage } from "../support/pages.ts";
import syncRoles from "../support/sync-roles.ts";

const handle = () => {};
const event = makeEvent("group.user_membership.add");
const ordered = (order: () => unknown) =>
  defineHandler({ name: "roles", on: "group.*", order: order as () => string, handle });

describe("byUser", () => {
  const user = { type: "User", id: "00u1" };
  const group = { type: "UserGroup", id: "00g1" };
  const admin = { type: "User", id: "00uadmin" };
  const system = { type: "SystemPrincipal", id: "00usystem" };

  test.each([
    ["the user among the targets, wherever", { actor: admin, target: [group, user] }, "00u1"],
    ["the first of several", { actor: admin, target: [user, { type: "User", id: "00u2" }] }, "00u1"],
    ["else the actor", { actor: admin, target: [group] }, "00uadmin"],
    ["the actor where there is no target", { actor: admin, target: null }, "00uadmin"],
    ["nobody where the actor is no user", { actor: system, target: [group] }, null],
    ["nobody for a name that nobody has", { actor: { type: "User", id: "unknown" }, target: [] }, null],
    [
      "the actor where the user has no id",
      { actor: admin, target: [{ type: "User", id: null }] },
      "00uadmin",
    ],
    ["nobody where nobody is named", {}, null],
    ["nobody where all is null", { actor: null, target: [{ type: null, id: null }] }, null],
  ])("gives %s", (_, fields, key) => {
    expect(byUser(fields)).toBe(key);
  });
});

describe("the key of a run", () => {
  test("is what `order` or `latest` gives for the event", () => {
    const latest = defineHandler({ name: "sync", on: "group.*", latest: byUser, handle });

    expect(readKey(latest, event)).toBe(byUser(event));
    expect(
      readKey(
        ordered(() => "all"),
        event,
      ),
    ).toBe("all");
    expect(
      readKey(
        ordered(() => "x".repeat(256)),
        event,
      ),
    ).toHaveLength(256);
  });

  test("is null where they give null, and for a handler with neither", () => {
    expect(
      readKey(
        ordered(() => null),
        event,
      ),
    ).toBeNull();
    expect(readKey(defineHandler({ name: "plain", on: "*", handle }), event)).toBeNull();
  });

  test.each([
    [5, "a value of type number"],
    [undefined, "a value of type undefined"],
    [Promise.resolve("00u1"), "a promise"],
    ["", "an empty text"],
    ["x".repeat(257), "a text of more than 256 characters"],
    ["00u\0", "a text that Postgres cannot store (NUL, or half a character)"],
    ["\ud800", "a text that Postgres cannot store (NUL, or half a character)"],
  ])("cannot be %j", (key, problem) => {
    expect(() =>
      readKey(
        ordered(() => key),
        event,
      ),
    ).toThrow(new TypeError(`order of roles must give a key or null, not ${problem}`));
  });

  test("is not known where the function throws: it is thrown on", () => {
    const throwing = ordered(() => {
      throw new Error("no such person");
    });
    expect(() => readKey(throwing, event)).toThrow("no such person");
  });

  test("is part of what the test kit gives", async () => {
    expect(
      await runHandler(
        ordered(() => "00u1"),
        event,
      ),
    ).toMatchObject({ outcome: "done", key: "00u1" });
    await expect(
      runHandler(
        ordered(() => ""),
        event,
      ),
    ).rejects.toThrow("order of roles must give a key or null");
  });
});

describe("a definition with order or latest", () => {
  test("keeps `this` for a handler with parts of its own", () => {
    const definition = {
      name: "roles",
      on: "group.*" as const,
      prefix: "person:",
      order() {
        return this.prefix;
      },
      handle,
    };
    expect(readKey(defineHandler(definition), event)).toBe("person:");
  });

  test("has one of them at most", () => {
    expect(() => defineHandler({ name: "roles", on: "*", order: byUser, latest: byUser, handle })).toThrow(
      new HandlerDefinitionError("Handler roles has both order and latest. Take one of them"),
    );
  });

  test.each(["order", "latest", "when"])("has a function as its %s", (option) => {
    const definition = { name: "roles", on: "*" as const, [option]: "00u1", handle };
    expect(() => defineHandler(definition)).toThrow(
      `Handler roles: ${option} must be a function of the event`,
    );
  });

  test("has a circuit unless it says false", () => {
    expect(defineHandler({ name: "roles", on: "*", handle }).circuit).toBe(true);
    expect(defineHandler({ name: "roles", on: "*", circuit: false, handle }).circuit).toBe(false);
  });

  // Compiled by `npm run typecheck`: an expected error that does not occur is an error itself.
  test("is typed by its events, and by what a key is", () => {
    const typed = () => {
      defineHandler({
        name: "roles",
        on: ["group.user_membership.add", "group.user_membership.remove"],
        order(event) {
          expectTypeOf(event.eventType).toEqualTypeOf<
            "group.user_membership.add" | "group.user_membership.remove"
          >();
          return event.transaction?.id ?? null;
        },
        handle: (_event, { late }) => expectTypeOf(late).toEqualTypeOf<boolean>(),
      });
      // @ts-expect-error a key is a text
      defineHandler({ name: "wrong", on: "*", order: () => 5, handle });
      // @ts-expect-error null is said, not left out
      defineHandler({ name: "wrong", on: "*", latest: (event) => event.transaction?.id, handle });
      // @ts-expect-error nothing can be waited for
      defineHandler({ name: "wrong", on: "*", order: async (event) => byUser(event), handle });
    };
    expect(typed).toBeTypeOf("function");
  });
});

describe("the example of the handlers' README", () => {
  const respond = (status: number, headers: Record<string, string> = {}) =>
    vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status, headers }));

  test("is code that is compiled and run", async () => {
    expect(readPage("netlify/handlers/README.md")).toContain(
      readFileSync("tests/support/sync-roles.ts", "utf8"),
    );
    respond(200);
    expect(await runHandler(syncRoles, event)).toMatchObject({
      outcome: "done",
      key: byUser(event),
      lines: [],
    });
    expect((await runHandler(syncRoles, event, { late: true })).lines).toMatchObject([{ level: "warn" }]);
  });

  test("is put off, ends or fails as the page says", async () => {
    respond(429, { "retry-after": "120" });
    expect(await runHandler(syncRoles, event)).toMatchObject({ outcome: "later", delayMs: 120_000 });
    expect(await runHandler(syncRoles, { ...event, target: [] })).toMatchObject({ outcome: "dead" });
    respond(500);
    await expect(runHandler(syncRoles, event)).rejects.toThrow("The role service answered 500");
  });
});
