/** Catch-up as a person asks for it, through the API of a site. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { catchUpSlice } from "../../../netlify/api/schema/catch-up.ts";
import { type StandInOrg, startOrg } from "../../okta/stand-in/start-org.ts";
import { bearer, callInspector, password } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { instanceDatabase } from "../../support/instance-database.ts";
import { type Postgres, startPostgres, withClient } from "../../support/postgres.ts";
import { storedEvents } from "../../support/read-store.ts";

let postgres: Postgres;
let url: string;
let org: StandInOrg;
beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  vi.stubEnv("NETLIFY_DB_URL", url);
});
beforeEach(async () => {
  org = await startOrg();
  await withClient(url, (client) => client.query("truncate deliveries, events, runs"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await org[Symbol.asyncDispose]();
});
afterAll(async () => {
  await instanceDatabase.close();
  await postgres.destroy();
});

const HOUR = 3_600_000;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
const made = (uuid: string, hours: number, eventType = "user.lifecycle.create") =>
  makeEvent(uuid, { published: hoursAgo(hours), eventType });

/** Locally an API token is welcome. */
const local = () => ({ NETLIFY_DEV: "true", OKTA_ORG_URL: org.url, OKTA_API_TOKEN: org.apiToken });

/** A refused write leaves a line in the log. */
function expectComplaint(): void {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockReturnValue();
}

async function fetchSince(hours: number, body: Record<string, unknown> = {}) {
  const answer = await callInspector("catch-up", {
    method: "POST",
    where: "deployed",
    deploy: { context: "dev", published: false },
    headers: bearer,
    environment: { ...local(), INSPECTOR_PASSWORD: password },
    body: { since: hoursAgo(hours), mode: "record", ...body },
  });
  await answer.afterwards;
  return answer;
}

const queued = async () =>
  await withClient(
    url,
    async (client) => (await client.query("select queued_at is not null as queued from deliveries")).rows,
  );
const jobs = async () =>
  await withClient(url, async (client) => (await client.query("select event_uuid from runs")).rows);

describe("fetching by hand", () => {
  it("records what is missing since a time, and runs no handler for it, now or later", async () => {
    org.log.push(made("old", 50), made("one", 40), made("two", 30));
    const answer = await fetchSince(48);
    expect(catchUpSlice.parse(answer.json)).toMatchObject({
      inLog: 2,
      here: 0,
      recorded: 2,
      left: 0,
      cursor: null,
    });
    expect((await storedEvents(url)).map(({ uuid }) => uuid)).toEqual(["one", "two"]);
    expect(await queued()).toEqual([{ queued: true }]);
    expect(await jobs()).toEqual([]);
    expect((await fetchSince(48)).json).toMatchObject({ inLog: 2, here: 2, recorded: 0 });
  });

  it("with `run` runs the handlers", async () => {
    org.log.push(made("one", 3));
    expect((await fetchSince(48, { mode: "run" })).json).toMatchObject({ recorded: 1 });
    expect(await jobs()).toEqual([{ event_uuid: "one" }]);
  });

  it("with `dry-run` records nothing", async () => {
    org.log.push(made("one", 3));
    expect((await fetchSince(48, { mode: "dry-run" })).json).toMatchObject({
      inLog: 1,
      recorded: 0,
      left: 1,
    });
    expect(await storedEvents(url)).toEqual([]);
  });

  it("fetches the types that are named, though no hook and no handler knows them", async () => {
    org.log.push(made("one", 3), made("two", 2, "policy.evaluate_sign_on"));
    expect((await fetchSince(48, { types: ["policy.evaluate_sign_on"] })).json).toMatchObject({
      recorded: 1,
    });
    expect((await storedEvents(url)).map(({ uuid }) => uuid)).toEqual(["two"]);
  });

  it("leaves what Okta may deliver still", async () => {
    org.log.push(made("old", 1), made("young", 0));
    expect((await fetchSince(48)).json).toMatchObject({ inLog: 2, recorded: 1, left: 1, cursor: null });
  });

  it("refuses a cursor that leads elsewhere, and sends nothing there", async () => {
    expectComplaint();
    const answer = await fetchSince(48, { cursor: "https://elsewhere.example/api/v1/logs?after=1" });
    expect(answer.status).toBe(502);
    expect(answer.json).toMatchObject({ detail: "The cursor is not one of ours." });
  });

  it("says what the org refused", async () => {
    expectComplaint();
    org.permissions.length = 0;
    const answer = await fetchSince(48);
    expect(answer.status).toBe(502);
    expect(answer.json).toMatchObject({ detail: expect.stringContaining("okta.logs.read") });
  });

  it.for([
    [
      "a preview",
      { deploy: { context: "deploy-preview", published: false } },
      "published production deploy only",
    ],
    [
      "a site that has an API token",
      { deploy: { context: "production", published: true } },
      "never with OKTA_API_TOKEN",
    ],
  ] as const)("is refused on %s", async ([, { deploy }, sentence]) => {
    expectComplaint();
    const answer = await callInspector("catch-up", {
      method: "POST",
      headers: bearer,
      deploy,
      environment: { ...local(), NETLIFY_DEV: "", INSPECTOR_PASSWORD: password },
      body: { since: hoursAgo(1), mode: "record" },
    });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({ detail: expect.stringContaining(sentence) });
    expect(org.requests).toEqual([]);
  });
});
