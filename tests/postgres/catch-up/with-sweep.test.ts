/** The sweep's function, as Netlify's scheduler calls it, with an org. */
import { generateKeyPairSync } from "node:crypto";
import type { Context } from "@netlify/functions";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startOrg } from "../../okta/stand-in/start-org.ts";
import { type Blobs, startBlobs } from "../../support/blobs.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { type Postgres, startPostgres } from "../../support/postgres.ts";
import { storedEvents } from "../../support/read-store.ts";

let postgres: Postgres;
let blobs: Blobs;
beforeAll(async () => {
  postgres = await startPostgres();
  blobs = await startBlobs();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await blobs.stop();
  await postgres.destroy();
});

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

it("records what Okta failed to deliver on production, and never on a preview or with an API token", async () => {
  await using org = await startOrg({
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
  const lines = vi.spyOn(console, "info").mockReturnValue();
  vi.resetModules();
  const { default: hourlySweep } = await import("../../../netlify/functions/sweep.mts");
  const sweep = async (context = "production") => {
    const request = new Request("http://localhost/", { method: "POST", body: "{}" });
    const deploy = { id: "1", context, published: context === "production" };
    const response = await hourlySweep(request, { deploy } as Context);
    return await response.json();
  };

  await sweep();
  const [published, now] = [-HOUR / 2, 0].map((ms) => new Date(Date.now() + ms).toISOString());
  org.log.push(makeEvent("before", { published }));
  // The log's clock is an hour ahead, so that the event is old enough: it is said.
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  org.log.now = () => Date.parse(now ?? "") + HOUR;
  await org.emit([makeEvent("missed", { published: new Date(Date.now() + 1000).toISOString() })], {
    deliver: false,
  });
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
  const base = Date.now();
  org.log.now = () => base + 3 * HOUR;
  await sweep();
  await sweep();
  await postgres.stop();
  org.requests.length = 0;
  expect(await sweep()).toEqual({ outcome: "asleep" });
  expect(org.requests).toHaveLength(3);
  await postgres.restart();
  expect(lines.mock.calls.map(String).join("\n")).toContain('"look":"began"');
  expect(warned.mock.calls.map(String).slice(0, 1)).toEqual([
    expect.stringMatching(
      /"outcome":"caught-up","look":"looked","inLog":1,"recorded":1,.*clock is 60 minutes/,
    ),
  ]);
});

const HOUR = 3_600_000;
