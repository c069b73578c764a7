/** The sweep's function, as Netlify's scheduler calls it, with an org. */
import { generateKeyPairSync } from "node:crypto";
import type { Context } from "@netlify/functions";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { openNetlifyDatabase } from "../../../netlify/events/database/netlify-database.ts";
import { queueEvents } from "../../../netlify/events/work/queue-events.ts";
import { defineHandler } from "../../../netlify/handler-kit/define-handler.ts";
import { startOrg } from "../../okta/stand-in/start-org.ts";
import { type Blobs, startBlobs } from "../../support/blobs.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { makeWork } from "../../support/made-work.ts";
import { type PostgresServer, startPostgresServer } from "../../support/postgres-server.ts";
import { storedEvents } from "../../support/read-store.ts";

/** A server of its own: it is stopped. */
let postgres: PostgresServer;
let blobs: Blobs;
beforeAll(async () => {
  postgres = await startPostgresServer();
});
beforeEach(async () => {
  blobs = await startBlobs();
});
afterEach(() => blobs.stop());
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await postgres.destroy();
});

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A site with an org, and the sweep's own function. An hour goes by before each sweep. */
async function startSite() {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const org = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.read", "okta.logs.read"],
    },
  });
  const url = await postgres.createDatabase();
  const environment: Record<string, string> = {
    NETLIFY_DB_URL: url,
    NETLIFY_BLOBS_CONTEXT: blobs.context,
    OKTA_ORG_URL: org.url,
    OKTA_CLIENT_ID: "0oaApp",
    OKTA_PRIVATE_KEY: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubGlobal("Netlify", { env: { get: (name: string) => process.env[name] } });
  vi.resetModules();
  const { default: serveSweep } = await import("../../../netlify/functions/sweep.mts");
  const sweep = async (context = "production") => {
    vi.setSystemTime(Date.now() + HOUR);
    const request = new Request("http://localhost/", { method: "POST", body: "{}" });
    const deploy = { id: "1", context, published: context === "production" };
    const response = await serveSweep(request, { deploy } as Context);
    return await response.json();
  };
  /** An event that Okta does not deliver. */
  const miss = async (uuid: string) => {
    const published = new Date().toISOString();
    await org.emit([makeEvent(uuid, { published })], { deliver: false });
  };
  return { org, url, environment, sweep, miss };
}

it("records what Okta failed to deliver on production, and never on a preview or with an API token", async () => {
  const { org, url, environment, sweep, miss } = await startSite();
  await using _ = org;
  const lines = vi.spyOn(console, "info").mockReturnValue();
  await sweep();
  org.log.push(makeEvent("before", { published: new Date(Date.now() - HOUR / 2).toISOString() }));
  vi.setSystemTime(Date.now() + HOUR);
  await miss("missed");
  org.requests.length = 0;
  await sweep("deploy-preview");
  expect(org.requests).toEqual([]);
  vi.stubEnv("OKTA_CLIENT_ID", "");
  vi.stubEnv("OKTA_PRIVATE_KEY", "");
  vi.stubEnv("OKTA_API_TOKEN", org.apiToken);
  await sweep();
  expect(org.requests).toEqual([]);
  vi.stubEnv("OKTA_API_TOKEN", "");
  vi.stubEnv("OKTA_CLIENT_ID", environment.OKTA_CLIENT_ID);
  vi.stubEnv("OKTA_PRIVATE_KEY", environment.OKTA_PRIVATE_KEY);
  await sweep();
  expect((await storedEvents(url)).map(({ uuid }) => uuid)).toEqual(["missed"]);

  // A quiet hour: with the database away nobody notices, since nobody asks it.
  await sweep();
  await sweep();
  await postgres.stop();
  org.requests.length = 0;
  expect(await sweep()).toEqual({ outcome: "asleep" });
  expect(org.requests).toHaveLength(3);
  await postgres.restart();
  const said = lines.mock.calls.map(String).join("\n");
  expect(said).toContain('"look":"began"');
  expect(said).toMatch(/"outcome":"caught-up","look":"looked","inLog":1,"recorded":1/);
});

it("runs what is due, though catch-up breaks off at the database", async () => {
  const { org, url, sweep, miss } = await startSite();
  await using _ = org;
  vi.spyOn(console, "info").mockReturnValue();
  vi.spyOn(console, "warn").mockReturnValue();
  const errors = vi.spyOn(console, "error").mockReturnValue();
  await sweep();
  const work = await makeWork(url, [greet]);
  await queueEvents(work, await work.record("due"));
  await work.sql("alter table log_events rename to elsewhere");
  await miss("missed");

  expect(await sweep()).toMatchObject({ outcome: "swept", done: 2 });

  expect(errors.mock.calls.map(String)).toEqual([
    expect.stringMatching(/"work-interrupted".*catch-up broke off: the database did not answer as it should/),
  ]);
  await work.close();
});

it("keeps in the database how far it came, once a day at least", async () => {
  const { org, url, sweep } = await startSite();
  await using _ = org;
  vi.spyOn(console, "info").mockReturnValue();
  await sweep();
  const [first] = await savedAt(url);
  for (let hour = 1; hour < 24; hour += 1) expect(await sweep()).toEqual({ outcome: "asleep" });
  expect(await savedAt(url)).toEqual([first]);

  expect(await sweep()).toMatchObject({ outcome: "swept" });

  expect(await savedAt(url)).toEqual([new Date()]);
});

/** When the copy of catch-up's state that lasts was written. */
async function savedAt(url: string): Promise<Date[]> {
  const database = await openNetlifyDatabase({ connectionString: url });
  const { rows } = await database.query<{ saved_at: Date }>("select saved_at from catch_up", [], {
    timeoutMs: 5_000,
  });
  await database.close();
  return rows.map(({ saved_at }) => saved_at);
}

const greet = defineHandler({ name: "greet-new-user", on: "user.lifecycle.create", handle() {} });
const HOUR = 3_600_000;
