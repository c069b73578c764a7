import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { OpenAPIBackend } from "openapi-backend";
import { describe, expect, it, onTestFinished } from "vitest";
import { NonRetriableError, RetryAfterError } from "../../netlify/handler-kit/handler-error.ts";
import type { OktaScope } from "../../netlify/handler-kit/okta.ts";
import { checkScopes } from "../../netlify/okta/directory/check-scopes.ts";
import { openDirectory } from "../../netlify/okta/directory/open-directory.ts";
import { readOktaSettings } from "../../netlify/settings/okta-settings.ts";
import { serviceApp, serviceAppSettings } from "../support/service-app.ts";
import { type StandInOrg, startOrg } from "./stand-in/start-org.ts";

const SCOPES: readonly OktaScope[] = ["okta.users.read", "okta.groups.read"];
const NOBODY = "00u00000000000000000";
const MINUTE = 60_000;
const start = Date.UTC(2026, 10, 24, 8, 0, 30);

/** An org with a service app that may read people and groups, and its directory as a handler has it. */
async function open(scopes: readonly OktaScope[] = SCOPES, granted: readonly string[] = SCOPES) {
  const org = await startOrg({ serviceApp: { ...serviceApp, scopes: granted } });
  let now = start;
  org.directory.now = () => now;
  org.log.now = () => now;
  const clock = {
    now: () => now,
    wait: async (ms: number) => {
      now += ms;
      return true;
    },
  };
  const settings = readOktaSettings(serviceAppSettings(org));
  const directory = openDirectory({ settings, scopes, clock, fetch });
  onTestFinished(async () => {
    await org[Symbol.asyncDispose]();
    expect(org.violations).toEqual([]);
  });
  return {
    org,
    directory,
    settings,
    clock,
    okta: directory.reads(new AbortController().signal),
    /** The requests but the sign-in. */
    requests: () => org.requests.filter((request) => !request.includes("/oauth2/")),
  };
}

/** What Okta's contract has against an answer of the stand-in; nothing, else no test here shows anything. */
async function departures(operation: string, body: unknown): Promise<unknown> {
  const definition = fileURLToPath(new URL("./stand-in/directory.openapi.yaml", import.meta.url));
  const ajvOpts = { strict: false, formats: { "date-time": true as const, email: true as const } };
  const contract = await new OpenAPIBackend({ definition, quick: true, ajvOpts }).init();
  return contract.validateResponse(body, operation, 200).errors ?? null;
}

describe("a user", () => {
  it("comes as the org has it now", async () => {
    const { org, okta } = await open();
    const { id } = org.directory.create({ login: "jane.doe@example.com", badge: 7 });
    const user = await okta.user(id);
    expect(user).toMatchObject({
      id,
      status: "ACTIVE",
      profile: { login: "jane.doe@example.com", badge: 7 },
    });
    expect(await departures("getUser", user)).toBeNull();
    org.directory.update(id, { status: "DEPROVISIONED" });
    expect(await okta.user(id)).toMatchObject({ status: "DEPROVISIONED" });
  });

  it("is null once deleted, and where there never was one", async () => {
    const { org, okta } = await open();
    const { id } = org.directory.create();
    org.directory.delete(id);
    expect(await okta.user(id)).toBeNull();
    expect(await okta.user(NOBODY)).toBeNull();
  });

  it.each([
    ["a page of somebody else's", { status: 404, body: "<html>Not found</html>" }],
    ["another error of Okta's", { status: 404, body: '{"errorCode":"E0000022"}' }],
    ["an answer that is HTML", { status: 200, body: "<html>Sign in</html>" }],
    ["somebody else", { status: 200, body: '{"id":"00u00000000000000009","profile":{}}' }],
  ])("is not taken for deleted by %s", async (_, answer) => {
    const { org, okta } = await open();
    const { id } = org.directory.create();
    org.faults.push({ on: `GET /api/v1/users/${id}`, ...answer });
    await expect(okta.user(id)).rejects.toMatchObject({ name: "OktaError" });
  });

  it("without a profile is an error that says what to do", async () => {
    const { org, okta } = await open();
    const { id } = org.directory.create();
    org.faults.push({
      status: 200,
      on: `GET /api/v1/users/${id}`,
      body: JSON.stringify({ id, profile: null }),
    });
    await expect(okta.user(id)).rejects.toThrow(/gives \w+ without a profile: give the app.* a role/);
  });

  it.each(["jane.doe@example.com", "me", "", "../groups", "00u118oQYT4TBTemp0g4/lifecycle"])(
    "is not looked for by %j, which is no id: nothing is sent",
    async (id) => {
      const { okta, org } = await open();
      for (const read of [okta.user, okta.group, okta.groupsOf]) {
        const error: unknown = await read(id).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(NonRetriableError);
        expect(String(error)).toMatch(/takes an Okta id such as/);
        if (id !== "") expect(String(error)).not.toContain(id === "me" ? '"me"' : id);
      }
      expect(org.requests).toEqual([]);
    },
  );
});

describe("groups", () => {
  it("of a user come with all their pages", async () => {
    const { org, okta, requests } = await open();
    const { id } = org.directory.create();
    const groups = Array.from({ length: 7 }, (_, index) => org.directory.createGroup(`team ${index}`));
    for (const group of groups) org.directory.join(id, group.id);
    org.directory.groupsPerPage = 3;
    expect((await okta.groupsOf(id)).map(({ profile }) => profile.name)).toEqual(
      groups.map(({ profile }) => profile.name),
    );
    expect(requests()).toEqual(Array(3).fill(`GET /api/v1/users/${id}/groups`));
    expect(await departures("listUserGroups", await okta.groupsOf(id))).toBeNull();
  });

  it("of a user in more than 1,000 are an error, not a part", async () => {
    const { org, okta } = await open();
    const { id } = org.directory.create();
    for (let made = 0; made < 1_000; made += 1)
      org.directory.join(id, org.directory.createGroup(`${made}`).id);
    expect(await okta.groupsOf(id)).toHaveLength(1_000);
    org.directory.join(id, org.directory.createGroup("one more").id);
    await expect(okta.groupsOf(id)).rejects.toThrow(NonRetriableError);
  });

  it("come by id, null once deleted", async () => {
    const { org, okta } = await open();
    const group = org.directory.createGroup("West Coast users");
    expect(await okta.group(group.id)).toEqual(group);
    org.directory.groups.delete(group.id);
    expect(await okta.group(group.id)).toBeNull();
  });
});

describe("everybody", () => {
  it("is listed 200 at a time, DEPROVISIONED users too, and only who changed since", async () => {
    const { org, directory, clock } = await open();
    const users = Array.from({ length: 401 }, () => org.directory.create());
    org.directory.update(users[3]?.id ?? "", { status: "DEPROVISIONED" });
    const { signal } = new AbortController();
    const sizes: number[] = [];
    const listed: string[] = [];
    for (let next: string | null | undefined; next !== null; ) {
      const page = await directory.list({ of: "user", since: new Date(0), next: next ?? null }, signal);
      sizes.push(page.entries.length);
      listed.push(...page.entries.map(({ id }) => id));
      next = page.next;
    }
    expect(sizes).toEqual([200, 200, 1]);
    expect(listed).toEqual(users.map(({ id }) => id));
    const since = new Date(clock.now());
    await clock.wait(1000);
    org.directory.update(users[9]?.id ?? "", { lastName: "Roe" });
    const changed = await directory.list({ of: "user", since, next: null }, signal);
    expect(changed).toMatchObject({ entries: [{ id: users[9]?.id }], next: null });
  });

  it("is listed though one has no profile, which that one's entry says", async () => {
    const { org, directory } = await open();
    const { id, lastUpdated } = org.directory.create();
    const body = JSON.stringify([{ id, lastUpdated, profile: null }]);
    org.faults.push({ status: 200, on: "GET /api/v1/users", body });
    const page = { of: "user", since: new Date(0), next: null } as const;
    const { entries } = await directory.list(page, new AbortController().signal);
    expect(entries).toEqual([{ id, lastUpdated, problem: expect.stringContaining("without a profile") }]);
  });
});

describe("any other path", () => {
  it("is answered as JSON", async () => {
    const { org, okta } = await open();
    const group = org.directory.createGroup("West Coast users");
    expect(await okta.get(`/api/v1/groups/${group.id}/users?limit=200`)).toEqual([]);
  });

  it.each([
    "https://elsewhere.example/api",
    "//elsewhere.example/api",
    "/\\elsewhere.example/api",
    "api/v1/apps",
  ])("that leads somewhere else is not called: %s", async (path) => {
    const { org, okta } = await open();
    await expect(okta.get(path)).rejects.toThrow("okta.get takes a path of the org");
    expect(org.requests).toEqual([]);
  });

  it("is followed to no other host, by a redirect or by the next page", async () => {
    const seen: string[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.url ?? "");
      response.end("[]");
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void elsewhere.close());
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/api/v1/users`;
    const { org, okta } = await open();
    const { id } = org.directory.create();
    org.faults.push({ status: 302, on: `GET /api/v1/users/${id}`, headers: { location } });
    await expect(okta.user(id)).rejects.toMatchObject({ kind: "moved" });
    const link = `<${location}>; rel="next"`;
    org.faults.push({ status: 200, on: `GET /api/v1/users/${id}/groups`, body: "[]", headers: { link } });
    await expect(okta.groupsOf(id)).rejects.toMatchObject({ kind: "elsewhere" });
    expect(seen).toEqual([]);
  });
});

describe("the rate limit", () => {
  it("is used up to four fifths, then the run is put off until it is reset", async () => {
    const { org, okta, requests } = await open();
    org.directory.limit = 20;
    const { id } = org.directory.create();
    for (let read = 1; read <= 16; read += 1) await okta.user(id);
    const error: unknown = await okta.user(id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryAfterError);
    expect(error).toMatchObject({ retryAfter: new Date(start + 31_000) });
    expect(requests()).toHaveLength(16);
  });

  it("is one for each kind of request", async () => {
    const { org, okta } = await open();
    org.directory.limit = 5;
    const { id } = org.directory.create();
    for (let read = 1; read <= 4; read += 1) await okta.user(id);
    await expect(okta.user(NOBODY)).rejects.toThrow(RetryAfterError);
    expect(await okta.groupsOf(id)).toEqual([]);
  });

  it("counts requests that are on their way", async () => {
    const { org, okta, requests } = await open();
    org.directory.limit = 20;
    const { id } = org.directory.create();
    await okta.user(id);
    const reads = await Promise.allSettled(Array.from({ length: 30 }, () => okta.user(id)));
    expect(reads.filter(({ status }) => status === "fulfilled")).toHaveLength(15);
    expect(requests()).toHaveLength(16);
  });

  it("is begun anew after its reset", async () => {
    const { org, okta, clock } = await open();
    org.directory.limit = 5;
    const { id } = org.directory.create();
    for (let read = 1; read <= 4; read += 1) await okta.user(id);
    await clock.wait(MINUTE);
    expect(await okta.user(id)).not.toBeNull();
  });

  it("that others used up puts the run off, by the org's clock", async () => {
    const { org, okta, directory, requests } = await open();
    const { id } = org.directory.create();
    org.log.now = () => start + 90 * MINUTE;
    const headers = {
      "x-rate-limit-limit": "600",
      "x-rate-limit-remaining": "0",
      "x-rate-limit-reset": String((start + 90 * MINUTE) / 1000 + 40),
    };
    org.faults.push({ status: 429, on: `GET /api/v1/users/${id}`, headers });
    await expect(okta.user(id)).rejects.toMatchObject({
      name: "RetryAfterError",
      retryAfter: new Date(start + 41_000),
    });
    await expect(directory.reads(new AbortController().signal).user(id)).rejects.toThrow(RetryAfterError);
    expect(requests()).toHaveLength(1);
  });

  it("does not cost a try where the org fails twice and then answers", async () => {
    const { org, okta } = await open();
    const { id } = org.directory.create();
    org.faults.push({ status: 500, on: `GET /api/v1/users/${id}`, body: "<html>" }, { status: 503 });
    expect(await okta.user(id)).not.toBeNull();
  });
});

describe("the signal", () => {
  it("ends a read that is on its way, and lets none begin", async () => {
    const { org, directory } = await open();
    const { id } = org.directory.create();
    const timeUp = new AbortController();
    const reason = new Error("time is up");
    org.directory.beforeRead = async () => {
      timeUp.abort(reason);
      await new Promise(() => {});
    };
    await expect(directory.reads(timeUp.signal).user(id)).rejects.toBe(reason);
    const before = org.requests.length;
    await expect(directory.reads(timeUp.signal).group(id)).rejects.toBe(reason);
    expect(org.requests).toHaveLength(before);
  });
});

describe("a scope", () => {
  it("that the handler does not ask for is named before anything is sent", async () => {
    const { org, okta } = await open(["okta.users.read"]);
    const error = okta.group("00g00000000000000001");
    await expect(error).rejects.toThrow(
      "okta.group needs the scope okta.groups.read: add it to the handler's `okta`",
    );
    await expect(error).rejects.toBeInstanceOf(NonRetriableError);
    expect(org.requests).toEqual([]);
  });

  it("that the org does not grant is named, alone, with where to grant it", async () => {
    const { okta } = await open(SCOPES, ["okta.users.read"]);
    const error = await okta.user(NOBODY).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "scope-missing" });
    expect(String(error)).toMatch(/does not grant the service app okta\.groups\.read: grant it under App/);
    expect(String(error)).not.toContain("okta.users.read");
  });

  it("is checked with a read of what it is for", async () => {
    const { settings, clock, requests, org } = await open(SCOPES, ["okta.groups.read", "okta.apps.read"]);
    const scopes: readonly OktaScope[] = ["okta.users.read", "okta.groups.read", "okta.apps.read"];
    org.faults.push({ status: 403, on: "GET /api/v1/groups", body: '{"errorCode":"E0000006"}' });
    expect(await checkScopes(settings, scopes, { clock, fetch, onWait: () => {} })).toEqual([
      { scope: "okta.users.read", problem: expect.stringContaining("grant it under Applications") },
      { scope: "okta.groups.read", problem: expect.stringContaining("an admin role with") },
      { scope: "okta.apps.read", problem: null },
    ]);
    expect(requests()).toEqual(["GET /api/v1/groups"]);
  });

  it("stands for a permission of a token's admin", async () => {
    await using org: StandInOrg = await startOrg({ permissions: ["okta.users.read"] });
    const environment: Record<string, string> = { OKTA_ORG_URL: org.url, OKTA_API_TOKEN: org.apiToken };
    const settings = readOktaSettings((name) => environment[name]);
    const clock = { now: () => start, wait: async () => true };
    const okta = openDirectory({ settings, scopes: SCOPES, clock, fetch }).reads(
      new AbortController().signal,
    );
    expect(await okta.user(NOBODY)).toBeNull();
    await expect(okta.group("00g00000000000000001")).rejects.toThrow(
      "the token's admin needs a role with a permission that covers it (as scope: okta.groups.read).",
    );
  });
});
