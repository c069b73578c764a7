import { describe, expect, it } from "vitest";
import { makeEvent, runHandler } from "#handler-kit/testing";
import greetNewUser from "../../netlify/handlers/greet-new-user.ts";

describe("greet-new-user", () => {
  it("greets the user, wherever among the targets, and logs no name or address", async () => {
    const target = [
      { type: "UserGroup", id: "00g1" },
      { type: "User", id: "00u1", alternateId: "ada@example.com", displayName: "Ada Lovelace" },
    ];
    const actor = { type: "User", id: "00uadmin", alternateId: "admin@example.com" };

    const { lines } = await runHandler(greetNewUser, makeEvent("user.lifecycle.create", { target, actor }));

    expect(lines).toEqual([
      { level: "info", message: "new user", fields: { id: "00u1", createdBy: "00uadmin" } },
    ]);
  });

  it.for([[null], [[]], [[{ type: "UserGroup" }]]])(
    "says so when there is no user among the targets %j",
    async ([target]) => {
      const { lines } = await runHandler(
        greetNewUser,
        makeEvent("user.lifecycle.create", { target: target ?? null }),
      );

      expect(lines).toMatchObject([{ level: "warn" }]);
    },
  );
});
