/** A real `netlify dev` with a secret and an org: from nothing to a hook that delivers, then everything that its delivery can lose. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { health } from "../../netlify/api/schema/health.ts";
import { type StandInOrg, startOrg } from "../okta/stand-in/start-org.ts";
import { makeEvent } from "../support/deliveries.ts";
import { readRows } from "../support/read-store.ts";
import { callAs } from "./support/call-as.ts";
import { type NetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";
import { runProgram } from "./support/running-program.ts";

const SECRET = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
const ADDRESS = "https://hooks.example.invalid/okta-webhooks-endpoint";
const HOUR = 3_600_000;
const MINUTE = 60_000;

let org: StandInOrg;
let site: NetlifyDev;
let endpoint: string;
let receiver: Server;
/** The alerts that were sent. */
const told: string[] = [];
/** Where Okta's calls of the hook's public address lead: to the local port, as a tunnel would. */
let leadsTo = "";

beforeAll(async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    told.push(JSON.parse(Buffer.concat(chunks).toString()).data.text);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  org = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.read", "okta.logs.read"],
    },
    resolve: () => leadsTo,
  });
  site = await startNetlifyDev({
    dotEnv: [
      `OKTA_HOOK_SECRET="${SECRET}"`,
      // One of the handlers of the copy has a setting.
      "HR_TOKEN=a-token-of-this-test",
      `OKTA_ORG_URL=${org.url}`,
      "OKTA_CLIENT_ID=0oaApp",
      `OKTA_PRIVATE_KEY='${JSON.stringify(privateKey.export({ format: "jwk" }))}'`,
      "CATCH_UP=on",
      `ALERT_URL=http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      "ALERT_SECRET=whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
      "",
    ].join("\n"),
  });
  endpoint = `${site.url}/okta-webhooks-endpoint`;
  leadsTo = endpoint;
});
afterAll(async () => {
  receiver?.close();
  await org?.[Symbol.asyncDispose]();
  await site?.stop();
});

describe("a secret in .env", () => {
  test("lets a caller who has it in, under another name of this machine too", async () => {
    for (const host of ["localhost", "hooks.example.com"]) {
      const { status, body } = await callAs(host, site.port, { authorization: SECRET });
      expect(status).toBe(200);
      expect(JSON.parse(body)).toEqual({ verification: "a-challenge" });
    }
  });

  test("refuses a caller who has not, and is never printed", async () => {
    const { status } = await callAs("localhost", site.port, { authorization: "Basic d3Jvbmc=" });
    expect(status).toBe(401);
    await site.waitForOutput(/401/);
    expect(site.output()).not.toContain(SECRET);
    expect(site.output()).not.toContain("d3Jvbmc=");
  });
});

describe("from nothing to a hook that delivers", () => {
  test("okta create makes the hook, and Okta's challenge is answered by the endpoint", async () => {
    const { exitCode, output } = await hook("okta", "create", "--url", ADDRESS);
    expect(output).toContain("ACTIVE, VERIFIED");
    expect(exitCode).toBe(0);
    expect(org.violations).toEqual([]);
  });

  test("a delivery of that hook is stored", async () => {
    const uuid = randomUUID();
    const event = makeEvent(uuid, { published: new Date().toISOString() });
    expect(await org.deliver("user.lifecycle.create", [event])).toEqual([204]);
    const stored = await rows(
      "select hook_id from events join deliveries on deliveries.id = delivery_id where uuid = $1",
      [uuid],
    );
    expect(stored.map(({ hook_id }) => hook_id)).toEqual([...org.state.hooks.keys()]);
  });

  test("doctor finds nothing wrong", async () => {
    const { exitCode, output } = await hook("doctor", "--url", endpoint);
    expect(output).toContain("Nothing to mend.");
    expect(output).toMatch(/ok {4}database +\d+ migrations, all applied/);
    expect(exitCode).toBe(0);
  });

  test("a flag that npm kept for itself is not overlooked", async () => {
    const { exitCode, output } = await run("npm", ["run", "hook", "okta", "delete", "--yes"]);
    expect(output).toContain("npm run hook -- okta delete --yes");
    expect(exitCode).not.toBe(0);
    expect(org.state.hooks.size).toBe(1);
  });
});

test("nothing that Okta failed to deliver is missing, nothing is handled twice, and ledger and alerts say what happened", async () => {
  const now = Date.now();
  /** Events happen at this many minutes before now. */
  const happen = async (minutesAgo: number, ...uuids: string[]) => {
    org.log.now = () => now - minutesAgo * MINUTE;
    const published = new Date(org.log.now()).toISOString();
    return await org.emit(uuids.map((uuid) => makeEvent(uuid, { published })));
  };
  const [hook] = org.state.hooks.values();
  if (hook === undefined) throw new Error("There is no hook.");

  // On the hour: the ledger tells of whole hours.
  org.log.now = () => Math.floor(now / HOUR) * HOUR - 6 * HOUR;
  await sweep();
  expect(await happen(350, "delivered-1")).toEqual([204]);
  expect(await happen(345, "delivered-2", "delivered-3")).toEqual([204]);
  leadsTo = "http://127.0.0.1:9/";
  for (const minutesAgo of [340, 240, 170]) {
    expect(await happen(minutesAgo, `down-${minutesAgo}`)).toEqual([0]);
  }
  leadsTo = `${site.url}/`;
  expect(await happen(160, "refused")).toEqual([404]);
  leadsTo = endpoint;
  org.eventsLeft = 0;
  expect(await happen(150, "over-the-limit")).toEqual([]);
  org.eventsLeft = 400_000;
  hook.verificationStatus = "UNVERIFIED";
  expect(await happen(140, "unverified")).toEqual([]);
  org.log.push({
    ...makeEvent("failure", { published: new Date(now - 160 * MINUTE).toISOString() }),
    eventType: "event_hook.delivery",
    outcome: { result: "FAILURE", reason: "404" },
    target: [{ id: hook.id, type: "EventHook" }],
  });

  org.log.now = () => Date.now();
  await sweep();
  await sweep();

  const uuids = ["delivered-1", "delivered-2", "delivered-3", "down-170", "down-240", "down-340"];
  const all = [...uuids, "over-the-limit", "refused", "unverified"];
  const stored = await rows("select uuid from events where uuid = any($1) order by uuid", [all]);
  expect(stored.map(({ uuid }) => uuid)).toEqual(all);
  const runs = await rows(
    `select event_uuid as uuid, state, failures from runs
     where handler = 'greet-new-user' and event_uuid = any($1) order by 1`,
    [all],
  );
  expect(runs).toEqual(all.map((uuid) => ({ uuid, state: "done", failures: 0 })));
  // Okta delivers one of them after all: a duplicate, for which nothing runs.
  hook.verificationStatus = "VERIFIED";
  await org.deliver("user.lifecycle.create", [makeEvent("down-170")]);
  const countRuns = (uuid: string) =>
    rows("select count(*)::int as count from runs where event_uuid = $1", [uuid]);
  expect(await countRuns("down-170")).toEqual(await countRuns("down-240"));

  const { ledger, alerts, catchUp } = health.parse(await (await fetch(`${site.url}/api/health`)).json());
  expect(catchUp).toMatchObject({ on: true, reason: "Catch-up is on." });
  expect(ledger?.sentence).toMatch(
    /^9 of 9 events of the \d hours compared .* are here; 6 came from the System Log/,
  );
  expect(alerts.map(({ kind, notification }) => `${kind} ${notification.state}`).toSorted()).toEqual([
    "deliveries sent",
    "hook sent",
    "missed sent",
  ]);
  // The org's clock is what this test moves: that it differed is told as well.
  expect(told.filter((text) => !text.includes("machine's clock")).toSorted()).toEqual([
    expect.stringContaining(
      '"New user event hook" (who00000000000000001) is ACTIVE, UNVERIFIED: it gets no events.',
    ),
    expect.stringContaining("Deliveries of the hook fail: 1 in Okta's System Log"),
    expect.stringContaining("Okta did not deliver 6 events of the last 24 hours; they were fetched"),
  ]);
}, 600_000);

/** An hour later: that it was there in this one, the sweep notes in the site's Blobs. */
async function sweep(): Promise<void> {
  await rm(join(site.project.directory, ".netlify/blobs-serve"), { recursive: true, force: true });
  const response = await fetch(`${site.url}/.netlify/functions/sweep`, { method: "POST", body: "{}" });
  expect(response.status).toBe(200);
  // `netlify dev` answers with words of its own.
  await response.body?.cancel();
}

async function rows(text: string, values: unknown[]) {
  const state: { dbConnectionString: string } = JSON.parse(
    await readFile(join(site.project.directory, ".netlify/state.json"), "utf8"),
  );
  return await readRows(state.dbConnectionString, text, values);
}

const hook = (...args: string[]) => run("npm", ["run", "hook", "--", ...args]);

/** Runs a command in the folder of the site, signed in to the org with an API token instead of the site's app. */
async function run(command: string, args: string[]): Promise<{ exitCode: number | null; output: string }> {
  const { directory, environment } = site.project;
  const signIn = { OKTA_API_TOKEN: org.apiToken, OKTA_CLIENT_ID: "", OKTA_PRIVATE_KEY: "" };
  const program = runProgram(command, args, { directory, environment: { ...environment, ...signIn } });
  try {
    const exitCode = await program.ended(120_000);
    return { exitCode, output: program.output() };
  } finally {
    await program.stop();
  }
}
