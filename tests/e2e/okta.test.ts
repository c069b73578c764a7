import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../netlify/events/database/database.ts";
import { type StandInOrg, startOrg } from "../okta/stand-in/start-org.ts";
import { type NetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";
import { runProgram } from "./support/running-program.ts";

const SECRET = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
const ADDRESS = "https://hooks.example.invalid/okta-webhooks-endpoint";

let site: NetlifyDev;
let org: StandInOrg;
beforeAll(async () => {
  // One of the handlers of the copy has a setting.
  site = await startNetlifyDev({ dotEnv: `OKTA_HOOK_SECRET="${SECRET}"\nHR_TOKEN=a-token-of-this-test\n` });
  // Okta reaches the public address; here it leads to the local port, as a tunnel would.
  org = await startOrg({ resolve: () => `${site.url}/okta-webhooks-endpoint`, timeoutMs: 10_000 });
});
afterAll(async () => {
  await org?.[Symbol.asyncDispose]();
  await site?.stop();
});

describe("from nothing to a hook that delivers", () => {
  test("okta create makes the hook, and Okta's challenge is answered by the endpoint", async () => {
    const { exitCode, output } = await hook("okta", "create", "--url", ADDRESS);
    expect(output).toContain("ACTIVE, VERIFIED");
    expect(exitCode).toBe(0);
    expect(org.violations).toEqual([]);
  });

  test("a delivery of that hook is stored", async () => {
    const event = {
      uuid: randomUUID(),
      eventType: "user.lifecycle.create",
      published: new Date().toISOString(),
    };
    expect(await org.deliver(event.eventType, [event])).toEqual([204]);
    expect(await storedHookIds(event.uuid)).toEqual([...org.state.hooks.keys()]);
  });

  test("doctor finds nothing wrong", async () => {
    const { exitCode, output } = await hook("doctor", "--url", `${site.url}/okta-webhooks-endpoint`);
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

/** The hooks whose deliveries brought an event. */
async function storedHookIds(uuid: string): Promise<string[]> {
  const state: { dbConnectionString: string } = JSON.parse(
    await readFile(join(site.directory, ".netlify/state.json"), "utf8"),
  );
  const database = await openDatabase({ connectionString: state.dbConnectionString });
  try {
    const { rows } = await database.query<{ readonly hook_id: string }>(
      "select hook_id from events join deliveries on deliveries.id = delivery_id where uuid = $1",
      [uuid],
      { timeoutMs: 5000 },
    );
    return rows.map(({ hook_id }) => hook_id);
  } finally {
    await database.close();
  }
}

const hook = (...args: string[]) => run("npm", ["run", "hook", "--", ...args]);

async function run(command: string, args: string[]): Promise<{ exitCode: number | null; output: string }> {
  const program = runProgram(command, args, {
    directory: site.directory,
    environment: {
      PATH: `${join(site.directory, "node_modules/.bin")}:${process.env.PATH ?? ""}`,
      HOME: join(site.directory, "../home"),
      OKTA_ORG_URL: org.url,
      OKTA_API_TOKEN: org.apiToken,
    },
  });
  try {
    const exitCode = await program.ended(60_000);
    return { exitCode, output: program.output() };
  } finally {
    await program.stop();
  }
}
