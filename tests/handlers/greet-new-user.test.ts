import { describe, expect, it } from "vitest";
import greetNewUser from "../../netlify/handlers/greet-new-user.ts";
import { makeEvent, runHandler } from "../../netlify/handlers/testing.ts";

describe("greet-new-user", () => {
  it("greets the user, wherever among the targets", async () => {
    const target = [
      { type: "UserGroup", id: "00g1" },
      { type: "User", id: "00u1", alternateId: "ada@example.com" },
    ];

    const { lines } = await runHandler(greetNewUser, makeEvent("user.lifecycle.create", { target }));

    expect(lines).toEqual([
      { level: "info", message: "new user", fields: { id: "00u1", login: "ada@example.com" } },
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
