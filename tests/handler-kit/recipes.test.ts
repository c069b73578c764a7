/** The recipes are code that runs, and the pages show it as it is. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { makeEvent, runHandler } from "#handler-kit/testing";
import { readPage } from "../support/pages.ts";
import eventsToWarehouse from "../support/recipes/events-to-warehouse.ts";
import groupsToRoles from "../support/recipes/groups-to-roles.ts";
import slackOnLockout from "../support/recipes/slack-on-lockout.ts";

const user = { type: "User", id: "00u118oQYT4TBTemp0g4", alternateId: "jane@example.com" };

/** What is sent. */
function sent() {
  const send = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
  return () =>
    send.mock.calls.map(([url, init]) => ({ url: String(url), body: JSON.parse(String(init?.body)) }));
}
afterEach(() => vi.restoreAllMocks());

it.each(readdirSync("tests/support/recipes"))("%s stands on a page", (file) => {
  const pages = readPage("netlify/handlers/recipes.md") + readPage("README.md");
  expect(pages).toContain(readFileSync(`tests/support/recipes/${file}`, "utf8"));
});

it("Slack hears who is locked out", async () => {
  const calls = sent();
  const settings = { SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/x" };
  await runHandler(slackOnLockout, makeEvent("user.account.lock", { target: [user] }), { settings });
  expect(calls()).toEqual([
    { url: settings.SLACK_WEBHOOK_URL, body: { text: "Locked out: jane@example.com" } },
  ]);
});

it.each([
  ["ACTIVE", ["developer"]],
  ["DEPROVISIONED", []],
])("the roles of a user who is %s are those of its groups now", async (status, roles) => {
  const calls = sent();
  const event = makeEvent("group.user_membership.remove", { target: [user] });
  const groups = [
    { id: "00g118oQYT4TBTemp0g4", profile: { name: "Engineering" } },
    { id: "00g118oQYT4TBTemp0g5", profile: { name: "Everyone" } },
  ];
  await runHandler(groupsToRoles, event, {
    settings: { ROLES_URL: "https://roles.example.com", ROLES_TOKEN: "sixteen-or-longer" },
    okta: { users: [{ id: user.id, status }], groups: { [user.id]: groups } },
  });
  expect(calls()).toEqual([{ url: `https://roles.example.com/users/${user.id}/roles`, body: roles }]);
});

it("the warehouse gets an event as Okta wrote it", async () => {
  const calls = sent();
  const event = makeEvent("user.lifecycle.create");
  const settings = {
    FORWARD_URL: "https://warehouse.example.com/",
    FORWARD_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
  };
  await runHandler(eventsToWarehouse, event, { settings });
  expect(calls()).toEqual([{ url: settings.FORWARD_URL, body: JSON.parse(JSON.stringify(event)) }]);
});
