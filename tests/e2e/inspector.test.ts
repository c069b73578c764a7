/** The page as plain `netlify dev` serves it: no further command, its own database, its own handlers. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser } from "../browser/support/browser.ts";
import { openPage } from "../browser/support/open-page.ts";
import { aBodyWith, anEvent } from "../support/hook-body.ts";
import { type NetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";

let site: NetlifyDev;
let browser: Browser;
beforeAll(async () => {
  site = await startNetlifyDev();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

describe("under netlify dev", () => {
  it("the page lets nothing but itself run, and be framed by nobody", async () => {
    const response = await fetch(`${site.url}/`);
    expect(response.status).toBe(200);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("a sample of the first visit arrives, runs its handler, and so does a delivery while the page is open", async () => {
    const { page } = await openPage(browser, site.url);
    // `netlify dev` loads a function anew for each call: it is slower than what is deployed.
    page.setDefaultTimeout(25_000);
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
  });
});
