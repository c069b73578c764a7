/** Makes the README's two pictures of the page: `npm run screenshots`. They need look alike only, not be the same bytes. */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { buildPage } from "../../../netlify/build/build-page.ts";
import { startBrowser } from "./browser.ts";
import { fakeApi } from "./fake-api.ts";
import { sampleStore } from "./sample-data.ts";
import { servePage } from "./serve-page.ts";

const folder = resolve(import.meta.dirname, "../../../netlify/inspector/screenshots");

await buildPage();
await mkdir(folder, { recursive: true });
const store = sampleStore(new Date());
const site = await servePage(fakeApi(store));
const browser = await startBrowser();
try {
  const created = store.deliveries.find(
    ({ firstSummary, newCount }) => newCount === 1 && firstSummary?.startsWith("Create Okta user"),
  );
  await picture("deliveries-light", "light", `#/deliveries/${created?.id}`, (page) =>
    page.getByRole("heading", { name: "Handlers" }).first().waitFor(),
  );
  await picture("events-dark", "dark", "#/events", (page) => page.locator(".chart canvas").waitFor());
} finally {
  await browser.close();
  await site.stop();
}

async function picture(
  name: string,
  colorScheme: "light" | "dark",
  address: string,
  ready: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 560 }, colorScheme });
  await page.goto(`${site.url}/${address}`);
  await ready(page);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
