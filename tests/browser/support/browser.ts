/** The system's own Chromium: Playwright's download is 150 MB, and Debian's package or a CI image has one already. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = [
  process.env.CHROMIUM_PATH,
  // Without a window to draw it takes half the time.
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Where a browser is on this machine; undefined: nowhere that is known. */
export const chromiumPath = places.find((place) => place !== undefined && existsSync(place));

/** @throws where there is no browser, saying how to get one. */
export function startBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) {
    throw new Error(
      "No Chromium found: install it (Debian: apt-get install chromium-headless-shell) or set CHROMIUM_PATH.",
    );
  }
  return chromium.launch({
    executablePath: chromiumPath,
    // Chromium's sandbox refuses root, which is who runs in most containers.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}
