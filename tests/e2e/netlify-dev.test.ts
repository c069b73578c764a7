import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { answersTable } from "../support/answers-table.ts";
import { expectAnswer, requestOf } from "../support/expect-answer.ts";
import { type NetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";

test("plain netlify dev serves the endpoint on port 1337, as Okta's guide has it", async () => {
  // Needs the port: stop an `npm start` of your own first.
  const site = await startNetlifyDev({ port: "configured" });
  onTestFinished(() => site.stop());
  expect(site.url).toBe("http://localhost:1337");
  const response = await fetch("http://127.0.0.1:1337/okta-webhooks-endpoint", {
    headers: { "x-okta-verification-challenge": "a-challenge" },
  });
  expect(await response.json()).toEqual({ verification: "a-challenge" });
});

describe("netlify dev without settings", () => {
  let site: NetlifyDev;
  beforeAll(async () => {
    site = await startNetlifyDev();
  });
  afterAll(() => site?.stop());

  const rows = answersTable.filter(
    ({ where, environment }) => where === "locally" && Object.keys(environment).length === 0,
  );
  test.each(rows)("answers $name", async (row) => {
    await expectAnswer(await fetch(requestOf(row, site.url)), row);
  });

  test.each(["hooks.example.com", "192.168.0.7:1337", "localhost.example.com", "my-tunnel.netlify.live"])(
    "is closed to a call that came as %s: only localhost counts as this machine",
    async (host) => {
      const { status, body } = await getAs(host, site.port);
      expect(status, body).toBe(503);
      expect(body).toContain("OKTA_HOOK_SECRET");
    },
  );

  test("prints a summary of the event, and the body below it", async () => {
    const from = site.output().length;
    const body = {
      eventType: "com.okta.event_hook",
      data: {
        events: [
          {
            uuid: "0f4b0a3e-5a0e-4a2c-8a63-0d8a6a5a2f10",
            published: new Date().toISOString(),
            eventType: "user.lifecycle.create",
            displayMessage: "Create Okta user",
            actor: { id: "00uadmin", displayName: "Ada Admin" },
            // A name that would turn the terminal's text red and the rest of the line around.
            target: [{ id: "00ujane", type: "User", displayName: "Jane \u001b[31m\u202eDoe" }],
          },
        ],
      },
    };
    await fetch(`${site.url}/okta-webhooks-endpoint`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await site.waitForOutput(/Create Okta user: Jane .*Doe \(00ujane\) by Ada Admin \(00uadmin\)/, { from });
    await site.waitForOutput(/"eventType": "com\.okta\.event_hook"/, { from });
    expect(site.rawOutput()).not.toContain("\u001b[31m\u202e");
    expect(site.rawOutput()).not.toContain("\u202e");
  });
});

describe("netlify dev with a secret in .env", () => {
  const secret = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
  let site: NetlifyDev;
  beforeAll(async () => {
    site = await startNetlifyDev({ dotEnv: `OKTA_HOOK_SECRET=${secret}\n` });
  });
  afterAll(() => site?.stop());

  const challenge = { "x-okta-verification-challenge": "a-challenge" };

  test("verifies a caller who has it", async () => {
    const response = await fetch(`${site.url}/okta-webhooks-endpoint`, {
      headers: { ...challenge, authorization: secret },
    });
    expect(await response.json()).toEqual({ verification: "a-challenge" });
  });

  test("refuses a caller who has not, and never prints the secret", async () => {
    const response = await fetch(`${site.url}/okta-webhooks-endpoint`, {
      headers: { ...challenge, authorization: "Basic d3Jvbmc=" },
    });
    expect(response.status).toBe(401);
    await site.waitForOutput(/401/);
    expect(site.output()).not.toContain(secret);
    expect(site.output()).not.toContain("d3Jvbmc=");
  });

  test("lets a caller who has it in under another name of this machine", async () => {
    const { status } = await getAs("hooks.example.com", site.port, { ...challenge, authorization: secret });
    expect(status).toBe(200);
  });
});

/** A verification that names another host. `fetch` would not let a test choose the Host header. */
async function getAs(
  host: string,
  port: number,
  headers: Record<string, string> = { "x-okta-verification-challenge": "a-challenge" },
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: "127.0.0.1", port, path: "/okta-webhooks-endpoint", headers: { ...headers, host } },
      (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      },
    );
    call.on("error", reject).end();
  });
}
