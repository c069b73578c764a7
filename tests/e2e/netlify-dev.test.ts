/**
 * Plain `netlify dev` without settings, on port 1337, as Okta's guide has it: stop an `npm start` of your own first.
 */
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { chromiumPath, startBrowser } from "../browser/support/browser.ts";
import { openPage } from "../browser/support/open-page.ts";
import { answersTable } from "../support/answers-table.ts";
import { expectAnswer, requestOf } from "../support/expect-answer.ts";
import { aBodyWith, anEvent } from "../support/hook-body.ts";
import { callAs } from "./support/call-as.ts";
import { deliver, isStored } from "./support/deliver.ts";
import { type NetlifyDev, runNetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";

let project: ProjectCopy;
let site: NetlifyDev;
beforeAll(async () => {
  project = await copyProject();
  site = await startNetlifyDev({ project, port: "configured" });
});
afterAll(async () => {
  await site?.stop();
  await project?.remove();
});

test("serves the endpoint on port 1337", async () => {
  expect(site.url).toBe("http://localhost:1337");
  const response = await fetch("http://127.0.0.1:1337/okta-webhooks-endpoint", {
    headers: { "x-okta-verification-challenge": "a-challenge" },
  });
  expect(await response.json()).toEqual({ verification: "a-challenge" });
});

test("brings its database up to date by itself", () => {
  expect(site.output()).toMatch(/Database: applied \d{14}_baseline/);
});

test("serves a page that lets nothing but itself run, and is framed by nobody", async () => {
  const response = await fetch(`${site.url}/`);
  expect(response.status).toBe(200);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
});

// Not everybody has a browser here; CI must have one.
test.runIf(chromiumPath !== undefined || process.env.CI === "true")(
  "the page's sample of the first visit arrives, runs its handler, and so does a delivery while the page is open",
  async () => {
    const browser = await startBrowser();
    onTestFinished(() => browser.close());
    const { page } = await openPage(browser, site.url);
    // `netlify dev` loads a function anew for each call: it is slower than what is deployed.
    page.setDefaultTimeout(60_000);
    await page.getByRole("button", { name: "Send a sample event" }).click();
    await page
      .getByRole("link", { name: /user\.lifecycle\.create.*Joe Admin.*Jane Doe.*our preview/ })
      .click();
    const run = page.locator(".runs li").filter({ hasText: "greet-new-user" });
    await run.getByText("done", { exact: true }).waitFor();

    await fetch(`${site.url}/okta-webhooks-endpoint`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: aBodyWith(
        anEvent({ eventType: "user.account.lock", displayMessage: "Max sign in attempts exceeded" }),
      ),
    });
    await page.getByRole("link", { name: /user\.account\.lock.*Jane Doe/ }).waitFor();
  },
);

const rows = answersTable.filter(({ where, isAskedOutside }) => where === "locally" && isAskedOutside);
test.each(rows)("answers $name", async (row) => {
  await expectAnswer(await fetch(requestOf(row, site.url)), row);
});

test.each(["hooks.example.com", "192.168.0.7:1337", "localhost.example.com", "my-tunnel.netlify.live"])(
  "is closed to a call that came as %s: only localhost counts as this machine",
  async (host) => {
    const { status, body } = await callAs(host, site.port);
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

test("that was killed is started again, at the second try, with all that was acknowledged", async () => {
  expect(site.output()).toContain("npm start sweeps, netlify dev does not");
  const uuid = await deliver(site.url);
  await site.kill();

  const second = await runNetlifyDev(project);
  onTestFinished(() => second.stop());
  expect(await second.ended(180_000)).not.toBe(0);
  expect(second.output()).toContain("The lock is gone now: start again.");

  site = await startNetlifyDev({ project });
  expect(await isStored(site.url, uuid)).toBe(true);
}, 600_000);
