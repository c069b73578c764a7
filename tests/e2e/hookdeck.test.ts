import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startHookdeckCli } from "./support/hookdeck-cli.ts";
import { type HookdeckStandIn, startHookdeckStandIn } from "./support/hookdeck-stand-in.ts";
import { type NetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { type RunningProgram, runProgram } from "./support/running-program.ts";

const secret = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
const signingSecret = "the-signing-secret-of-this-test";

let site: NetlifyDev;
let hookdeck: HookdeckStandIn;
let cli: RunningProgram;
beforeAll(async () => {
  hookdeck = await startHookdeckStandIn({ signingSecret });
  site = await startNetlifyDev({
    dotEnv: `OKTA_HOOK_SECRET=${secret}\nHOOKDECK_SIGNING_SECRET=${signingSecret}\n`,
  });
  cli = await startHookdeckCli(hookdeck, [String(site.port), "okta", "--path", "/okta-webhooks-endpoint"]);
});
afterAll(async () => {
  await cli?.stop();
  await site?.stop();
  await hookdeck?.stop();
});

/** A delivery whose text no parser and printer would give back: white space, escapes, number text, an emoji. */
function oddlyWrittenHook(displayName: string): string {
  return `{ "eventType" : "com.okta.event_hook",\r\n "eventId":"${randomUUID()}","data":{"events":[{
    "uuid": "${randomUUID()}", "published": "${new Date().toISOString()}", "eventType": "user.lifecycle.create",
    "version": 1.0e0, "displayMessage": "Create Okta \\u0075ser", "outcome": {"result": "SUCCESS"},
    "target": [{"id": "00u1", "type": "User", "displayName": "${displayName}", "alternateId": "zoë🙂@example.com"}]
  }]}}\n`;
}

const fromOkta = { "content-type": "application/json", accept: "application/json", authorization: secret };

test("the CLI makes a source and a destination with our path, asking nothing", () => {
  expect(hookdeck.calls).toContain("POST /sources");
  expect(cli.output()).toContain(`http://localhost:${site.port}/okta-webhooks-endpoint (cli-okta)`);
});

test("a signed delivery arrives byte for byte, and the terminal shows its page at Hookdeck", async () => {
  // The endpoint checks the signature over the bytes that it got, so a 204 says that they are the bytes that were signed.
  const { result, eventUrl } = await hookdeck.deliver({
    headers: fromOkta,
    body: oddlyWrittenHook("Zoë Doe"),
  });
  expect(result).toEqual({ status: 204, data: "" });
  await site.waitForOutput(/Zoë Doe/);
  expect(site.output()).toContain(eventUrl);
});

test("a wrong signature is refused with 401", async () => {
  const { result } = await hookdeck.deliver({
    headers: fromOkta,
    body: oddlyWrittenHook("Mallory"),
    signature: "bm90IHRoZSByaWdodCBzaWduYXR1cmU=",
  });
  expect(result).toMatchObject({ status: 401, data: expect.stringContaining("signature") });
  expect(site.output()).not.toContain("Mallory");
});

test("a right signature does not make up for a missing secret", async () => {
  const { authorization: _, ...withoutSecret } = fromOkta;
  const { result } = await hookdeck.deliver({ headers: withoutSecret, body: oddlyWrittenHook("Mallory") });
  expect(result).toMatchObject({ status: 401 });
});

test.each([
  ["GET", "/../api/events"],
  ["GET", "/%2e%2e/api/events"],
  ["GET", "/../api/session"],
  ["POST", "/../api/sample"],
  ["POST", "/../api/failing/replay"],
])(
  "a stranger's %s to the source's address with %s behind it is not taken for this machine's",
  async (method, pathBehind) => {
    const { result } = await hookdeck.deliver({
      method,
      pathBehind,
      headers: { "content-type": "application/json" },
      body: method === "GET" ? "" : "{}",
    });
    if (pathBehind.endsWith("session")) {
      expect(result).toMatchObject({ status: 200, data: expect.stringContaining('"writeToken":null') });
    } else {
      expect(result).toMatchObject({ status: 503, data: expect.stringContaining("INSPECTOR_PASSWORD") });
    }
  },
);

describe("npm run hookdeck", () => {
  let copy: ProjectCopy;
  let program: RunningProgram;
  beforeAll(async () => {
    copy = await copyProject();
    program = runProgram("npm", ["run", "hookdeck", "--", ...hookdeck.cliFlags, "--output", "compact"], {
      directory: copy.directory,
      environment: { ...copy.environment, HOOKDECK_CLI_TELEMETRY_DISABLED: "1" },
    });
  });
  afterAll(async () => {
    await program?.stop();
    await copy?.remove();
  });

  test("runs the same CLI for port 1337 and our path, and passes on what comes after --", async () => {
    await program.waitForOutput(/Forwards to → http:\/\/localhost:1337\/okta-webhooks-endpoint/);
    expect(program.output()).toContain("hookdeck listen 1337 okta --path /okta-webhooks-endpoint");
  });

  test("leaves nothing of it running when npm is ended", async () => {
    await expect(program.terminate(10_000)).resolves.toBeUndefined();
  });
});
