/** Everything that Okta's delivery can lose, under a real `netlify dev`; then the sweep comes. */
import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { health } from "../../netlify/api/schema/health.ts";
import { type StandInOrg, startOrg } from "../okta/stand-in/start-org.ts";
import { makeEvent } from "../support/deliveries.ts";
import { readRows } from "../support/read-store.ts";
import { type NetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";

const SECRET = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
const HOUR = 3_600_000;
const MINUTE = 60_000;

let org: StandInOrg;
let site: NetlifyDev;
let receiver: Server;
const told: string[] = [];
/** Where Okta's calls of the hook's address lead. */
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
    timeoutMs: 10_000,
  });
  site = await startNetlifyDev({
    dotEnv: [
      `OKTA_HOOK_SECRET="${SECRET}"`,
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
});
afterAll(async () => {
  receiver?.close();
  await org?.[Symbol.asyncDispose]();
  await site?.stop();
});

/** `netlify dev` answers with words of its own. */
async function sweep(): Promise<void> {
  const response = await fetch(`${site.url}/.netlify/functions/sweep`, { method: "POST", body: "{}" });
  expect(response.status).toBe(200);
  await response.body?.cancel();
}

async function rows(text: string) {
  const state: { dbConnectionString: string } = JSON.parse(
    await readFile(join(site.directory, ".netlify/state.json"), "utf8"),
  );
  return await readRows(state.dbConnectionString, text);
}

test("nothing that Okta failed to deliver is missing, nothing is handled twice, and ledger and alerts say what happened", async () => {
  const endpoint = `${site.url}/okta-webhooks-endpoint`;
  const now = Date.now();
  /** Events happen at this many minutes before now. */
  const happen = async (minutesAgo: number, ...uuids: string[]) => {
    org.log.now = () => now - minutesAgo * MINUTE;
    const published = new Date(org.log.now()).toISOString();
    return await org.emit(uuids.map((uuid) => makeEvent(uuid, { published })));
  };
  org.state.create({
    name: "New user event hook",
    events: { type: "EVENT_TYPE", items: ["user.lifecycle.create"] },
    channel: {
      type: "HTTP",
      version: "1.0.0",
      config: {
        uri: "https://hooks.example.invalid/okta-webhooks-endpoint",
        authScheme: { type: "HEADER", key: "authorization", value: SECRET },
      },
    },
  });
  const [hook] = org.state.hooks.values();
  if (hook === undefined) throw new Error("no hook");
  hook.verificationStatus = "VERIFIED";

  // On the hour: the ledger tells of whole hours.
  org.log.now = () => Math.floor(now / HOUR) * HOUR - 6 * HOUR;
  await sweep();
  leadsTo = endpoint;
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
  expect((await rows("select uuid from events order by uuid")).map(({ uuid }) => uuid)).toEqual(all);
  const runs = await rows(
    "select singleton_key as uuid, state, retry_count from pgboss.job where name = 'handler-runs' and data ->> 'handler' = 'greet-new-user' order by 1",
  );
  expect(runs).toEqual(all.map((uuid) => ({ uuid, state: "completed", retry_count: 0 })));
  // Okta delivers one of them after all: a duplicate, for which nothing runs.
  hook.verificationStatus = "VERIFIED";
  await org.deliver("user.lifecycle.create", [makeEvent("down-170")]);
  expect(
    (await rows("select count(*)::int as count from pgboss.job where singleton_key = 'down-170'"))[0],
  ).toEqual(
    (await rows("select count(*)::int as count from pgboss.job where singleton_key = 'down-240'"))[0],
  );

  const { ledger, alerts, catchUp } = health.parse(await (await fetch(`${site.url}/api/health`)).json());
  expect(catchUp).toMatchObject({ on: true, reason: "Catch-up is on." });
  expect(ledger?.sentence).toMatch(
    /^9 of 9 events of the \d hours compared .* are here; 6 came from the System Log/,
  );
  expect(alerts.map(({ kind, notification: sending }) => `${kind} ${sending.state}`).toSorted()).toEqual([
    "deliveries told",
    "hook told",
    "missed told",
  ]);
  // The org's clock is what this test moves: that it differed is told as well.
  expect(told.filter((text) => !text.includes("machine's clock")).toSorted()).toEqual([
    expect.stringContaining(
      '"New user event hook" (who00000000000000001) is ACTIVE, UNVERIFIED: it gets no events.',
    ),
    expect.stringContaining("Deliveries of the hook fail: 1 in Okta's System Log"),
    expect.stringContaining("Okta did not deliver 6 events of the last 24 hours; they were fetched"),
  ]);
}, 180_000);
