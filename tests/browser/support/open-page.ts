/** A page of its own for a test, which fails where the page broke one of its rules. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

export interface OpenPageOptions extends BrowserContextOptions {
  /** The test makes calls fail: the browser's complaints about these are expected. */
  readonly callsMayFail?: boolean;
  /** The test makes a mistake in the page: that it is told is expected. */
  readonly mayBreak?: boolean;
  /** The page is not ours. */
  readonly othersMayBeAsked?: boolean;
  /** The page's clock stands, a minute after this time, until the test moves it. */
  readonly clockAt?: Date;
  /** Runs in the page before anything else. */
  readonly before?: string;
}

/**
 * Opens `address` in a fresh browser context; closed when the test ends. It then expects that no other host was asked and
 * that the browser had nothing to complain of, a broken content security policy for one.
 */
export async function openPage(
  browser: Browser,
  address: string,
  {
    callsMayFail = false,
    mayBreak = false,
    othersMayBeAsked = false,
    clockAt,
    before,
    ...options
  }: OpenPageOptions = {},
): Promise<{ readonly page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  // For a busy machine: what comes at all comes long before.
  page.setDefaultTimeout(20_000);
  if (clockAt !== undefined) {
    await page.clock.install({ time: clockAt });
    await page.clock.pauseAt(clockAt.getTime() + 60_000);
  }
  if (before !== undefined) await page.addInitScript(before);
  const complaints: string[] = [];
  const otherHosts: string[] = [];
  page.on("pageerror", (error) => {
    if (!mayBreak) complaints.push(String(error));
  });
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (!(callsMayFail && /^Failed to load resource|blocked by CORS policy/.test(message.text())))
      complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(address).origin) otherHosts.push(request.url());
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
    expect(othersMayBeAsked ? [] : otherHosts).toEqual([]);
  });
  await page.goto(address);
  return { page };
}
