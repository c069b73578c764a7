import { expect, test } from "vitest";
import { makeEvent, runHandler } from "#handler-kit/testing";
import greetNewUser from "../../netlify/handlers/greet-new-user.ts";

test("greets by id", async () => {
  const event = makeEvent("user.lifecycle.create", { target: [{ type: "User", id: "00u1" }] });
  const { lines } = await runHandler(greetNewUser, event);
  expect(lines).toMatchObject([{ message: "new user", fields: { id: "00u1" } }]);
});
