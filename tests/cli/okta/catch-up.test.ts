/** `okta catch-up`, and what `okta status` and `doctor` say of the ledger, against a stand-in for the site's API. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { CatchUpSlice } from "../../../netlify/api/schema/catch-up.ts";
import type { Health } from "../../../netlify/api/schema/health.ts";
import { checkHealth } from "../../../netlify/cli/doctor/check-health.ts";
import { runHook, startWorld, type World } from "./run-hook.ts";

/** A site whose API gives these answers in turn. */
async function startSite(answers: readonly (object | number)[]) {
  const bodies: Record<string, unknown>[] = [];
  const left = [...answers];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method === "POST") bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
    const answer = left.shift() ?? 500;
    response.setHeader("content-type", "application/json");
    if (typeof answer === "object") return response.end(JSON.stringify(answer));
    const detail = "acme.okta.com is over its rate limit: try again in a minute.";
    return response
      .writeHead(answer)
      .end(JSON.stringify({ type: "about:blank", title: "", status: answer, detail }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const slice = (fields: Partial<CatchUpSlice>): CatchUpSlice => ({
  org: "acme.okta.com",
  inLog: 0,
  here: 0,
  recorded: 0,
  left: 0,
  unknown: 0,
  until: "2026-11-24T09:00:00.000Z",
  cursor: null,
  ...fields,
});

async function world(): Promise<World> {
  const made = await startWorld();
  made.variables.INSPECTOR_PASSWORD = "a-password-of-this-test";
  return made;
}

test("asks slice by slice, shows how far it is, and sums up", async () => {
  const site = await startSite([
    slice({ inLog: 12_000, here: 11_000, recorded: 1_000, cursor: "/api/v1/logs?after=1" }),
    slice({ inLog: 10, here: 7, recorded: 1, left: 2, unknown: 3 }),
  ]);
  const seen = await runHook(
    ["okta", "catch-up", "--since", "2d", "--type", "a.b", "--type", "c.d", "--url", site.url],
    await world(),
  );
  expect(seen.screen).toMatchInlineSnapshot(`
    "Read until 2026-11-24T09:00:00.000Z: 12,000 in the log, 11,000 here already, 1,000 recorded, 0 left
    acme.okta.com: 12,010 in the log, 11,007 here already, 1,001 recorded, 2 left
    Left: younger than five minutes, so Okta may deliver them still; or without a uuid.
    3 more are of a hook with a filter, and the log does not say whether it let them pass: they were left alone.
    No handler runs for what was recorded. To run them: npm run hook -- replay --since <time> --state none"
  `);
  expect(site.bodies).toEqual([
    { since: "2026-11-22T10:00:00.000Z", mode: "record", types: ["a.b", "c.d"] },
    {
      since: "2026-11-22T10:00:00.000Z",
      mode: "record",
      types: ["a.b", "c.d"],
      cursor: "/api/v1/logs?after=1",
    },
  ]);
});

test.for([
  [["--dry-run"], "dry-run"],
  [["--run"], "run"],
  [[], "record"],
] as const)("%j asks for %s", async ([flags, mode]) => {
  const site = await startSite([slice({})]);
  await runHook(["okta", "catch-up", "--since", "6h", ...flags, "--url", site.url], await world());
  expect(site.bodies).toMatchObject([{ mode }]);
});

test("broken off in the middle it says how far it came, and that it goes on", async () => {
  const site = await startSite([slice({ inLog: 5, recorded: 5, cursor: "/api/v1/logs?after=1" }), 502]);
  const seen = await runHook(["okta", "catch-up", "--since", "6h", "--url", site.url], await world());
  expect(seen.screen).toContain(
    "rate limit: try again in a minute. Until then: 5 in the log, 0 here already, 5 recorded, 0 left. The same command goes on.",
  );
  expect(seen.exitCode).toBe(1);
});

test("--since has to be within the 90 days that Okta keeps its log", async () => {
  const seen = await runHook(["okta", "catch-up", "--since", "91d"], await world());
  expect(seen.screen).toContain("Okta keeps its System Log for 90 days.");
});

const healthy: Health = {
  now: "2026-11-24T10:00:00.000Z",
  org: { host: "acme.okta.com" },
  hook: null,
  ledger: {
    sentence: "1,204 of 1,204 events of the last 24 hours are here; 7 came from the System Log.",
    comparedFrom: "2026-11-20T10:00:00.000Z",
    comparedUntil: "2026-11-24T09:55:00.000Z",
    hours: [],
  },
  catchUp: { on: true, reason: "Catch-up is on.", fix: null, checkedAt: null, behindMs: 0 },
  alerts: [],
  alertMessages: [],
  alertsTo: null,
  database: { answeredInMs: 1, sentence: "The database answered in 1 ms." },
  setup: { secret: "set", handlers: [], lastDeliveryAt: null },
};

test("okta status --url says which of the org's events are there", async () => {
  const site = await startSite([healthy]);
  const seen = await runHook(["okta", "status", "--url", site.url], await world());
  expect(seen.out).toContain(
    "1,204 of 1,204 events of the last 24 hours are here; 7 came from the System Log.",
  );
});

test("okta status --url says why nothing was compared", async () => {
  const off = {
    ...healthy,
    ledger: null,
    catchUp: { ...healthy.catchUp, on: false, reason: "Catch-up is off: CATCH_UP says so." },
  };
  const seen = await runHook(["okta", "status", "--url", (await startSite([off])).url], await world());
  expect(seen.out).toContain("Catch-up is off: CATCH_UP says so.");
});

test("the doctor repeats what the site says: whether everything is there, and what is wrong", async () => {
  const { variables } = await world();
  const alert: Health["alerts"][number] = {
    id: "hook",
    kind: "hook",
    since: "2026-11-24T09:00:00.000Z",
    sentence: "the hook is UNVERIFIED",
    fix: "npm run hook -- okta verify",
    notification: { state: "off", notifiedAt: null, problem: null, nextTryAt: null },
  };
  const site = await startSite([{ ...healthy, alerts: [alert] }, { handlers: [] }]);
  expect(await checkHealth(new URL(site.url), (name) => variables[name])).toMatchObject([
    { about: "completeness", state: "fine", message: healthy.ledger?.sentence },
    { about: "alert", state: "warn", message: "the hook is UNVERIFIED", fix: "npm run hook -- okta verify" },
    { about: "alerts", state: "skipped" },
  ]);
});
