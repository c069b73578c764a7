/** The inspector's API over a real store. The org's side, and what was compared with its System Log. */
import { describe, expect, it } from "vitest";
import * as healthContract from "../../../netlify/api/schema/health.ts";
import { save } from "../../../netlify/catch-up/state.ts";
import { bearer, callInspector, password } from "../../support/call-inspector.ts";
import { ask, useInspectorStore } from "../../support/inspector-store.ts";
import { instanceDatabase } from "../../support/instance-database.ts";
import { listen } from "../../support/listen.ts";

const { sql } = useInspectorStore();

const HOUR_MS = 3_600_000;
const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const hoursAgo = (hours: number) => new Date(thisHour - hours * HOUR_MS).toISOString();

const org = { OKTA_ORG_URL: "https://acme.okta.com", OKTA_CLIENT_ID: "0oa1", OKTA_API_TOKEN: "" };
const { privateKey } = await generateKey();
const settings = { INSPECTOR_PASSWORD: password, ...org, OKTA_PRIVATE_KEY: privateKey };
const readHealth = (environment: Record<string, string> = settings) =>
  ask("health", healthContract.health, { headers: bearer, environment });

async function generateKey() {
  const { generateKeyPairSync } = await import("node:crypto");
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

const looked = {
  savedAt: hoursAgo(0),
  cursor: null,
  filter: null,
  comparedFrom: hoursAgo(5),
  comparedUntil: hoursAgo(0),
  clockErrorMs: 0,
  lookedAt: hoursAgo(0),
  hooks: [
    {
      id: "who1",
      name: "New user event hook",
      active: true,
      verified: false,
      address: "https://site.example/okta-webhooks-endpoint",
      eventTypes: ["user.lifecycle.create"],
      filtered: [],
    },
  ],
  hooksCheckedAt: hoursAgo(0),
  hookIds: [],
  types: {},
  failures: null,
  problem: null,
  waiting: false,
  signIn: null,
};

async function fillHour(hours: number, sums: { inLog: number; inTime: number; missed: number }) {
  await sql(
    "insert into ledger_hours (org, hour, in_log, in_time, missed, median_ms, p95_ms) values ($1, $2, $3, $4, $5, 900, 2100)",
    ["acme.okta.com", hoursAgo(hours), sums.inLog, sums.inTime, sums.missed],
  );
}

describe("the health of a site", () => {
  it("without an org says that catch-up is off, and what to set", async () => {
    const health = await readHealth({ INSPECTOR_PASSWORD: password });
    expect(health).toMatchObject({
      org: null,
      hook: null,
      ledger: null,
      alerts: [],
      alertMessages: [],
      alertsTo: null,
    });
    expect(health.catchUp).toMatchObject({
      on: false,
      reason: "Catch-up is off: OKTA_ORG_URL is not set.",
      fix: expect.stringContaining("okta.logs.read"),
    });
  });

  it("on a deployed site refuses an API token, and CATCH_UP=off is off", async () => {
    const token = { ...org, OKTA_CLIENT_ID: "", OKTA_API_TOKEN: "00token", INSPECTOR_PASSWORD: password };
    expect((await readHealth(token)).catchUp.reason).toContain("never with OKTA_API_TOKEN");
    expect((await readHealth({ ...settings, CATCH_UP: "off" })).catchUp).toMatchObject({
      on: false,
      reason: "Catch-up is off: CATCH_UP says so.",
    });
  });

  it("knows the Admin Console's address for what it is", async () => {
    const admin = { ...settings, OKTA_ORG_URL: "https://acme-admin.okta.com" };
    expect((await readHealth(admin)).catchUp.reason).toContain("the org's own is https://acme.okta.com");
  });

  it("with an org that nobody has looked at says so, and no number", async () => {
    const health = await readHealth();
    expect(health).toMatchObject({ org: { host: "acme.okta.com" }, hook: null, ledger: null });
    expect(health.catchUp).toMatchObject({ on: true, checkedAt: null, behindMs: null });
    expect(health.catchUp.reason).toContain("has not looked at the System Log yet");
  });

  it("tells the hook with doctor's fix, and of the ledger only hours that were compared as a whole", async () => {
    await save(instanceDatabase, "acme.okta.com", looked);
    await fillHour(2, { inLog: 1200, inTime: 1193, missed: 7 });
    await fillHour(9, { inLog: 5, inTime: 5, missed: 0 });
    const health = await readHealth();
    expect(health.hook).toMatchObject({
      delivers: false,
      sentence: '"New user event hook" (who1) is ACTIVE, UNVERIFIED: it gets no events.',
      fix: "npm run hook -- okta verify",
    });
    expect(health.ledger?.sentence).toMatch(
      /^1,200 of 1,200 events of the 5 hours compared \(.*\) are here; 7 came from the System Log\.$/,
    );
    const hours = new Map(health.ledger?.hours.map(({ hour, counts }) => [hour, counts]));
    expect(hours.get(hoursAgo(2))).toMatchObject({ inLog: 1200, inTime: 1193, missed: 7, p95Ms: 2100 });
    expect(hours.get(hoursAgo(1))).toMatchObject({ inLog: 0, medianMs: null });
    expect(hours.get(hoursAgo(9))).toBeNull();
    expect(hours.get(hoursAgo(0))).toBeNull();
  });
});

it("lists the test that was sent from the site, as a test", async () => {
  const address = await listen((_, response) => void response.writeHead(500).end());
  const environment = {
    INSPECTOR_PASSWORD: password,
    ALERT_URL: address.url,
    ALERT_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
  };
  const sent = await ask("alerts/test", healthContract.testAlertResult, {
    method: "POST",
    headers: bearer,
    environment,
  });
  const { host } = new URL(address.url);
  expect(sent).toEqual({ sentTo: host, problem: `${host} answered 500` });
  expect(JSON.parse(String(address.calls[0]?.body))).toMatchObject({ type: "alert.test" });
  expect((await readHealth(environment)).alertMessages).toMatchObject([
    { alert: "test", phase: "test", sentTo: host, problem: `${host} answered 500` },
  ]);
  const nowhere = await callInspector("alerts/test", {
    method: "POST",
    headers: bearer,
    environment: { INSPECTOR_PASSWORD: password },
  });
  expect(nowhere.status).toBe(409);
});
