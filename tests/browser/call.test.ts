/** A delivery's whole call, and searching its JSON; each state made by real deliveries. */
import { execFileSync } from "node:child_process";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { aBodyWith, anEvent } from "../support/hook-body.ts";
import { typeHook } from "../support/type-hook.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { useSite } from "./support/use-site.ts";

const { browser, serve } = useSite();

const openDelivery = async (url: string, id: number) => {
  const { page } = await openPage(browser(), `${url}/#/deliveries/${id}`, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await page.getByRole("heading", { name: "The call" }).waitFor();
  return page;
};

describe("the call of a delivery", () => {
  it("is shown with its body, our answer, and a curl command that sends the same", async () => {
    const site = await serve();
    const body = aBodyWith(anEvent({ uuid: "a", displayMessage: "it's" }), anEvent({ uuid: "b" }));
    await deliver(site.url, body);
    await site.settled();
    const page = await openDelivery(site.url, 1);

    await page.getByText("POST /okta-webhooks-endpoint").waitFor();
    await page.getByText(/^204 No Content, an empty body, in [\d.]+ m?s$/).waitFor();
    await page.getByText(`${body.length.toLocaleString("en")} characters, exactly as stored`).waitFor();
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByText("Copied. It reads the secret from $OKTA_HOOK_SECRET.").waitFor();
    const command: string = await page.evaluate("navigator.clipboard.readText()");
    const sent = execFileSync("sh", [
      "-c",
      `curl() { for last; do :; done; printf %s "$last"; }\n${command}`,
    ]);
    expect(sent.toString()).toBe(body);
  });

  it("says which of its events came before", async () => {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "a", severity: "INFO" }));
    await deliver(site.url, anEvent({ uuid: "a", severity: "WARN" }), anEvent({ uuid: "b" }));
    await site.settled();
    const page = await openDelivery(site.url, 2);
    await page.getByText("What came before stands last, as it was first received.").waitFor();
  });

  it("says what is left out when somebody in it was forgotten", async () => {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "a" }), anEvent({ uuid: "b", target: [] }));
    await site.settled();
    const { code } = await typeHook(["forget", "00ujane", "--yes", "--url", site.url]);
    expect(code).toBe(0);
    const page = await openDelivery(site.url, 1);
    await page.getByText("Events whose payload is gone are left out.").waitFor();
    const body = page.locator("figure.json").last();
    await body.getByRole("button", { name: "Unfold all" }).click();
    await body.getByText('"b"', { exact: true }).waitFor();
    expect(await body.textContent()).not.toMatch(/jane/i);
  });

  it("has a command that reads a long body from the site", async () => {
    const site = await serve();
    const body = aBodyWith(anEvent({ uuid: "a", displayMessage: "x".repeat(200_000) }));
    await deliver(site.url, body);
    await site.settled();
    const page = await openDelivery(site.url, 1);
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByText(/^Copied\./).waitFor();
    const command: string = await page.evaluate("navigator.clipboard.readText()");
    const words = /^npm run -s hook -- (show 1 --json) \|\n/.exec(command)?.[1]?.split(" ") ?? [];
    const { lines } = await typeHook([...words, "--url", site.url]);
    expect(lines).toEqual([body]);
  });
});

describe("searching JSON", () => {
  const field = (page: Page) => page.getByLabel("Search in the event");
  const told = (page: Page) => page.locator(".json-search [role=status]").textContent();
  const currents = (page: Page) => page.locator("mark.current").allTextContents();

  it("marks and counts what it finds, and opens what is folded for the next and the one before", async () => {
    const site = await serve();
    const debugData = { first: "needle", list: Array.from({ length: 5_000 }, (_, n) => `hay ${n}`) };
    debugData.list[4_321] = "a NEEDLE in the hay";
    await deliver(
      site.url,
      anEvent({ uuid: "a", debugContext: { debugData }, needle: { deep: ["needle"] } }),
    );
    const { page } = await openPage(browser(), `${site.url}/#/events/a`);
    await field(page).fill("needle");
    await expect.poll(() => told(page)).toBe("4 matches");
    // What is folded stays so until somebody goes there.
    expect(await page.locator("mark").allTextContents()).toEqual(["needle"]);

    await field(page).press("Enter");
    await expect.poll(() => currents(page)).toEqual(["needle"]);
    expect(await told(page)).toBe("1 of 4");
    await field(page).press("Enter");
    await expect.poll(() => currents(page)).toEqual(["NEEDLE"]);
    await page.getByText(/^Show 200 more of the 4,200 before$/).waitFor();
    expect(await page.locator("mark.current").isVisible()).toBe(true);
    expect(await page.evaluate("document.activeElement.type")).toBe("search");
    await field(page).press("Shift+Enter");
    await field(page).press("Shift+Enter");
    await expect.poll(() => told(page)).toBe("4 of 4");
    await page.getByRole("button", { name: "Next match" }).click();
    await expect.poll(() => told(page)).toBe("1 of 4");

    await page.getByRole("button", { name: "Fold", exact: true }).click();
    await expect.poll(() => currents(page)).toEqual([]);
    await field(page).fill("nothing like it");
    await expect.poll(() => told(page)).toBe("no match");
    await field(page).fill("");
    await expect.poll(() => told(page)).toBe("");
  });

  it("goes on where somebody folded the part again", async () => {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "a", debugContext: { debugData: { only: "needle" } } }));
    const { page } = await openPage(browser(), `${site.url}/#/events/a`);
    await field(page).fill("needle");
    await field(page).press("Enter");
    await page.getByRole("button", { name: /^"debugContext"/ }).click();
    await expect.poll(() => currents(page)).toEqual([]);
    await field(page).press("Enter");
    await expect.poll(() => currents(page)).toEqual(["needle"]);
  });

  it("does not freeze the page over a megabyte in one string, or in many", async () => {
    const site = await serve();
    const debugData = {
      long: `${"x".repeat(1_000_000)}needle${"y".repeat(10_000)}`,
      many: Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`key ${n}`, `value ${n}`])),
    };
    await deliver(site.url, anEvent({ uuid: "a", debugContext: { debugData } }));
    const { page } = await openPage(browser(), `${site.url}/#/events/a`);
    await field(page).fill("needle");
    await field(page).press("Enter");
    await expect.poll(() => currents(page)).toEqual(["needle"]);
    await page.getByRole("button", { name: /^999,\d\d\d characters before …$/ }).waitFor();
    await field(page).fill("value 39999");
    await field(page).press("Enter");
    await expect.poll(() => currents(page)).toEqual(["value 39999"]);
    await field(page).fill("x");
    await expect.poll(() => told(page)).toBe("10,000 or more matches");
    expect((await page.locator(".json-text").textContent())?.length).toBeLessThan(50_000);
  });
});
