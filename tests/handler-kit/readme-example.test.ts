import { expect, test, vi } from "vitest";
import { makeEvent, runHandler } from "#handler-kit/testing";
import offboardUser from "../support/offboard-user.ts";

const settings = { HR_URL: "https://hr.example.com", HR_TOKEN: "sixteen-or-longer" };

test("tells HR who left, and which event said so", async () => {
  const fetch = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
  const event = makeEvent("user.lifecycle.deactivate"); // Joe Admin deactivates Jane Doe
  const { lines } = await runHandler(offboardUser, event, { settings });
  expect(fetch.mock.calls[0]?.[1]?.headers).toMatchObject({ "idempotency-key": event.uuid });
  expect(lines).toMatchObject([{ message: "offboarded", fields: { id: event.target?.[0]?.id } }]);
});
