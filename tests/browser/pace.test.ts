/** How often the page asks, counted at the server. The page's clock is moved by the test; nothing waits. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startBrowser } from "./support/browser.ts";
import { idleApi } from "./support/idle-api.ts";
import { openPage } from "./support/open-page.ts";
import { servePage } from "./support/serve-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

const MINUTE_MS = 60_000;

async function open(where: "locally" | "deployed", before?: string) {
  const site = await servePage(idleApi(where));
  onTestFinished(site.stop);
  const { page } = await openPage(browser, site.url, {
    clockAt: new Date("2026-11-24T09:00:00Z"),
    ...(before !== undefined && { before }),
  });
  const asked = () => site.calls.filter((call) => call.startsWith("GET /api/changes")).length;
  return { page, calls: site.calls, asked };
}

/** Whether the tab can be seen, as the browser would say. */
function seen(hidden: boolean): string {
  return `Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));`;
}

/** Lets answers that are on their way arrive: one of the page's own makes the round. */
async function settle(page: Page): Promise<void> {
  for (let round = 0; round < 3; round++)
    await page.evaluate("fetch('/icon.svg').then((answer) => answer.text())");
}

/** Waits for words on the page. Drawing needs the page's clock too: it moves a little, a second at most. */
async function says(page: Page, words: string): Promise<void> {
  const found = page.getByText(words, { exact: true });
  for (let round = 0; round < 50 && !(await found.isVisible()); round++) {
    await page.clock.runFor(20);
    await settle(page);
  }
  expect(await found.isVisible(), words).toBe(true);
}

/** Moves the page's clock, with time for an answer after each step. */
async function pass(page: Page, ms: number, steps = 1): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await page.clock.runFor(ms / steps);
    await settle(page);
  }
}

describe("the page asks", () => {
  it("every two seconds on this machine", async () => {
    const { page, asked } = await open("locally");
    await says(page, "Live");
    await pass(page, 900);
    expect(asked()).toBe(1);
    await pass(page, 1_100);
    expect(asked()).toBe(2);
    await pass(page, 20_000, 10);
    expect(asked()).toBe(12);
  });

  it("every ten seconds where it is deployed", async () => {
    const { page, asked } = await open("deployed");
    await says(page, "Live");
    await pass(page, 8_900);
    expect(asked()).toBe(1);
    await pass(page, 1_100);
    expect(asked()).toBe(2);
  });
});

/** Of Netlify's limit for the API, 300 calls in 3 minutes from one address (`functions/api.mts`). */
const A_FIFTH = 60;

it.each(["deliveries", "events", "failing", "health"])(
  "a deployed site that is busy is watched with few calls: %s",
  async (view) => {
    const site = await servePage(idleApi("deployed", { busy: true }));
    onTestFinished(site.stop);
    const { page } = await openPage(browser, `${site.url}/#/${view}`, {
      clockAt: new Date("2026-11-24T09:00:00Z"),
    });
    await says(page, "Live");
    const before = site.calls.length;
    await pass(page, 3 * MINUTE_MS, 36);
    expect(site.calls.length - before).toBeGreaterThan(15);
    expect(site.calls.length - before).toBeLessThan(A_FIFTH);
  },
);

describe("a hidden tab asks nothing", () => {
  it.each(["locally", "deployed"] as const)("%s, until it is shown again", async (where) => {
    const { page, calls, asked } = await open(where);
    await says(page, "Live");
    await page.evaluate(seen(true));
    const before = calls.length;
    await pass(page, 60 * MINUTE_MS);
    expect(calls.length).toBe(before);

    await page.evaluate(seen(false));
    await expect.poll(asked).toBe(2);
  });

  it("not even when it was opened in the background", async () => {
    const { page, calls } = await open("locally", seen(true));
    await pass(page, MINUTE_MS);
    expect(calls).toEqual([]);
    await page.evaluate(seen(false));
    await says(page, "Live");
  });
});

describe("a deployed page that nobody uses", () => {
  it("pauses after ten minutes, says so, and goes on at the first move", async () => {
    const { page, asked } = await open("deployed");
    await says(page, "Live");
    await page.clock.fastForward(10 * MINUTE_MS);
    await says(page, "Paused: not used for 10 minutes.");
    const before = asked();
    await pass(page, 60 * MINUTE_MS);
    expect(asked()).toBe(before);

    await page.mouse.move(200, 200);
    await says(page, "Live");
    expect(asked()).toBe(before + 1);
  });

  it("goes on asking while it is used", async () => {
    const { page, asked } = await open("deployed");
    await says(page, "Live");
    await page.clock.fastForward(9 * MINUTE_MS);
    await page.keyboard.press("Shift");
    await settle(page);
    const before = asked();
    await page.clock.fastForward(9 * MINUTE_MS);
    await expect.poll(asked).toBe(before + 1);
  });

  it("never pauses on this machine, where asking is free", async () => {
    const { page, asked } = await open("locally");
    await says(page, "Live");
    await page.clock.fastForward(60 * MINUTE_MS);
    await expect.poll(asked).toBe(2);
  });
});
