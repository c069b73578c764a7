/** `context.okta`: in a real run, and in the test of a handler. */
import { describe, expect, it } from "vitest";
import { systemClock } from "../../netlify/base/clock.ts";
import { runHandler as runInQueue } from "../../netlify/events/work/run-handler.ts";
import { defineHandler, HandlerDefinitionError } from "../../netlify/handler-kit/define-handler.ts";
import { NonRetriableError } from "../../netlify/handler-kit/handler-error.ts";
import { makeEvent, runHandler } from "../../netlify/handler-kit/testing.ts";
import { findScopeProblems } from "../../netlify/okta/directory/check-scopes.ts";
import type { Environment } from "../../netlify/settings/environment.ts";
import { readSiteOktaSettings } from "../../netlify/settings/okta-settings.ts";
import { startOrg } from "../okta/stand-in/start-org.ts";
import { serviceApp, serviceAppSettings } from "../support/service-app.ts";

const seen: unknown[] = [];

const readUser = defineHandler({
  name: "read-user",
  on: "user.lifecycle.*",
  okta: ["okta.users.read"],
  async handle(event, { okta }) {
    const id = event.target?.find((target) => target.type === "User")?.id ?? "";
    const user = await okta.user(id);
    seen.push(user && { status: user.status, groups: await okta.groupsOf(id) });
  },
});

/** A run as the queue makes it, on a deployed site with these settings. */
async function runDeployed(environment: Environment, id = "00u118oQYT4TBTemp0g4") {
  seen.length = 0;
  const event = makeEvent("user.lifecycle.create", { target: [{ type: "User", id }] });
  return await runInQueue(readUser, event, {
    payload: JSON.stringify(event),
    attempt: 1,
    syncStore: undefined,
    late: false,
    clock: systemClock,
    report() {},
    environment,
  });
}

describe("a handler's reads", () => {
  it("are of the org as it is now", async () => {
    await using org = await startOrg({ serviceApp: { ...serviceApp, scopes: ["okta.users.read"] } });
    const { id } = org.directory.create({}, "STAGED");
    const group = org.directory.createGroup("Staff");
    org.directory.join(id, group.id);
    expect(await runDeployed(serviceAppSettings(org), id)).toEqual({ outcome: "done" });
    expect(seen).toMatchObject([{ status: "STAGED", groups: [{ id: group.id, profile: group.profile }] }]);
    expect(org.violations).toEqual([]);
  });

  it("share one sign-in", async () => {
    await using org = await startOrg({ serviceApp: { ...serviceApp, scopes: ["okta.users.read"] } });
    const { id } = org.directory.create();
    await runDeployed(serviceAppSettings(org), id);
    await runDeployed(serviceAppSettings(org), id);
    expect(org.requests.filter((request) => request.includes("/oauth2/"))).toHaveLength(1);
  });

  it("name a scope that is not granted, and where to grant it", async () => {
    await using org = await startOrg({ serviceApp });
    expect(await runDeployed(serviceAppSettings(org))).toMatchObject({
      outcome: "failed",
      error: expect.stringContaining(
        "does not grant the service app okta.users.read: grant it under Applications > the app > Okta API Scopes",
      ),
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ["without an org", {}, "OKTA_ORG_URL is not set: give the org's address"],
    [
      "with an admin's token on a deployed site",
      { OKTA_ORG_URL: "https://acme.okta.com", OKTA_API_TOKEN: "00secret" },
      "OKTA_API_TOKEN is not taken on a deployed site: set OKTA_CLIENT_ID and OKTA_PRIVATE_KEY",
    ],
  ])("fail %s, which names the settings", async (_, variables, sentence) => {
    const run = await runDeployed((name) => variables[name]);
    expect(run).toMatchObject({ outcome: "failed", error: expect.stringContaining(sentence) });
    expect(JSON.stringify(run)).not.toContain("00secret");
    const problems = await findScopeProblems(readUser.okta, {
      readSettings: () => readSiteOktaSettings((name) => variables[name]),
      clock: systemClock,
      fetch,
    });
    expect([...problems]).toEqual([["okta.users.read", expect.stringContaining(sentence)]]);
  });

  it("are reads: a scope that changes something is no definition", () => {
    // @ts-expect-error okta.users.manage changes users
    const manage = () => defineHandler({ name: "one", on: "*", okta: ["okta.users.manage"], handle() {} });
    // @ts-expect-error a scope begins with okta.
    const unknown = () => defineHandler({ name: "one", on: "*", okta: ["users.read"], handle() {} });
    expect(manage).toThrow(HandlerDefinitionError);
    expect(manage).toThrow('"okta.users.manage" is no scope that reads');
    expect(unknown).toThrow(HandlerDefinitionError);
  });
});

describe("in the test of a handler", () => {
  const event = makeEvent("user.lifecycle.create");
  const id = event.target?.find(({ type }) => type === "User")?.id ?? "";

  it("the org has the users and groups that the test names", async () => {
    seen.length = 0;
    await runHandler(readUser, event, {
      okta: {
        users: [{ id, status: "SUSPENDED" }],
        groups: { [id]: [{ id: "00g1emaKYZTWRYYRRTSK", profile: { name: "Staff" } }] },
      },
    });
    await runHandler(readUser, event, { okta: {} });
    expect(seen).toEqual([
      { status: "SUSPENDED", groups: [expect.objectContaining({ profile: { name: "Staff" } })] },
      null,
    ]);
  });

  it("a scope that the handler does not ask for, and an id that is none, are refused as in a run", async () => {
    const other = defineHandler({
      name: "other",
      on: "*",
      okta: ["okta.groups.read"],
      handle: (_, { okta }) => okta.user(id),
    });
    expect(await runHandler(other, event, { okta: {} })).toMatchObject({
      outcome: "dead",
      error: new NonRetriableError(
        "okta.user needs the scope okta.users.read: add it to the handler's `okta`",
      ),
    });
    const me = makeEvent("user.lifecycle.create", { target: [{ type: "User", id: "me" }] });
    expect(await runHandler(readUser, me, { okta: {} })).toMatchObject({ outcome: "dead" });
  });

  it("without an org a read fails, and says how to give one", async () => {
    await expect(runHandler(readUser, event)).rejects.toThrow("{ okta: { users: [] } }");
  });

  it("any other path is answered by the test", async () => {
    const apps = defineHandler({
      name: "apps",
      on: "*",
      okta: ["okta.apps.read"],
      handle: (_, { okta }) => okta.get("/api/v1/apps"),
    });
    const get = (path: string) => [path];
    expect((await runHandler(apps, event, { okta: { get } })).result).toEqual(["/api/v1/apps"]);
    await expect(runHandler(apps, event, { okta: {} })).rejects.toThrow("no answer for /api/v1/apps");
  });
});
