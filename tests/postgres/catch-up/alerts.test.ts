/** What is told of catch-up: against a stand-in for the org, over a real store. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { detectCatchUpConditions } from "../../../netlify/alerts/detect-catch-up-conditions.ts";
import { runAlerts } from "../../../netlify/alerts/run-alerts.ts";
import { listen } from "../../support/listen.ts";
import { madeBlobCache } from "../../support/made-blob-cache.ts";
import { HOUR, type MadeCatchUp, makeCatchUp } from "../../support/made-catch-up.ts";
import { type Postgres, startPostgres } from "../../support/postgres.ts";

let postgres: Postgres;
let site: MadeCatchUp;
let told: string[];
let address: string;
let cache: ReturnType<typeof madeBlobCache>;

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  site = await makeCatchUp(await postgres.createDatabase());
  told = [];
  cache = madeBlobCache(new Map());
  const { url } = await listen(({ body }, response) => {
    told.push(JSON.parse(body.toString()).data.text);
    response.writeHead(204).end();
  });
  address = url;
});
afterEach(() => site.close());
afterAll(() => postgres.destroy());

/** An hour goes by, and the sweep comes: it looks at the log, and tells what is wrong. @returns what was told */
async function sweepAfterAnHour(): Promise<string[]> {
  told.length = 0;
  const { state } = await site.look(HOUR);
  const variables: Record<string, string> = {
    OKTA_ORG_URL: site.org.url,
    ALERT_URL: address,
    ALERT_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
  };
  await runAlerts(
    {
      environment: (name) => variables[name],
      database: site.work.database,
      cache,
      clock: site.work.clock,
      fetch,
      handlers: site.work.handlers,
      codeLoads: true,
      deadline: site.work.clock.now() + 20_000,
    },
    detectCatchUpConditions(state, site.work.clock.now()),
  );
  return told;
}

describe("catch-up", () => {
  it("that cannot sign in is told at once, and that it is over", async () => {
    await sweepAfterAnHour();
    site.org.faults.push({ status: 401, on: "POST /oauth2/v1/token", body: '{"error":"invalid_client"}' });
    expect(await sweepAfterAnHour()).toEqual([
      expect.stringMatching(/^Catch-up cannot read the System Log: .* does not let the service app sign in/),
    ]);
    expect(await sweepAfterAnHour()).toEqual([
      expect.stringMatching(/^Resolved: Catch-up cannot read the System Log/),
    ]);
  });

  it("that gets an answer dated 2099 is told, and that it is over", async () => {
    await sweepAfterAnHour();
    const headers = { date: new Date("2099-01-01T00:00:00Z").toUTCString() };
    site.org.faults.push({ status: 200, on: "GET /api/v1/logs", body: "[]", headers });
    expect(await sweepAfterAnHour()).toEqual([expect.stringContaining("2099-01-01")]);
    expect(await sweepAfterAnHour()).toEqual([expect.stringMatching(/^Resolved: /)]);
  });

  it("whose org is busy is told once it is three hours behind", async () => {
    await sweepAfterAnHour();
    await sweepAfterAnHour();
    const reset = String(Math.ceil((site.work.clock.now() + 10 * HOUR) / 1000));
    site.org.failLog = () => ({ status: 429, headers: { "x-rate-limit-reset": reset } });
    expect([...(await sweepAfterAnHour()), ...(await sweepAfterAnHour())]).toEqual([]);
    expect(await sweepAfterAnHour()).toEqual([
      expect.stringMatching(/^Catch-up is behind: Okta's System Log has been read until 20.* rate limit/),
    ]);
    expect(await sweepAfterAnHour()).toEqual([]);
    site.org.failLog = () => undefined;
    expect(await sweepAfterAnHour()).toEqual([expect.stringMatching(/^Resolved: Catch-up is behind/)]);
  });
});

it("a hook that gets no events is told with doctor's fix, and that it gets them again", async () => {
  expect(await sweepAfterAnHour()).toEqual([]);
  site.hook.verificationStatus = "UNVERIFIED";
  expect(await sweepAfterAnHour()).toEqual([
    `"New user event hook" (${site.hook.id}) is ACTIVE, UNVERIFIED: it gets no events.\n→ npm run hook -- okta verify`,
  ]);
  site.hook.verificationStatus = "VERIFIED";
  expect(await sweepAfterAnHour()).toEqual([expect.stringMatching(/^Resolved: "New user event hook"/)]);
});
