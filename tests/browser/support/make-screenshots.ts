/**
 * Makes the README's pictures of the page: `npm run screenshots`. The real endpoint, handlers, database and page; they need look
 * alike only, not be the same bytes.
 */
import { mkdir } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { buildPage } from "../../../netlify/build/build-page.ts";
import { startPostgresServer } from "../../support/postgres-server.ts";
import { startBrowser } from "./browser.ts";
import { deliverMorning } from "./deliver-morning.ts";
import { servePage } from "./serve-page.ts";

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith("/handlers/index.ts")
      ? next(import.meta.resolve("./demo-handlers.ts"), context)
      : next(specifier, context),
});
const { realApi } = await import("./real-api.ts");
const { instanceDatabase } = await import("../../support/instance-database.ts");

const folder = resolve(
  process.argv[2] ?? join(import.meta.dirname, "../../../netlify/inspector/screenshots"),
);
await buildPage();
await mkdir(folder, { recursive: true });
const postgres = await startPostgresServer();
process.env.NETLIFY_DB_URL = await postgres.createDatabase();
const real = realApi("locally");
const site = await servePage(real.api);
const browser = await startBrowser();
console.log = console.info = console.warn = console.error = () => {};
try {
  await deliverMorning(site.url, new Date());
  await real.settled();
  await picture("deliveries-light", "light", "#/deliveries", (page) =>
    page.locator("a.row").first().waitFor(),
  );
  await picture("events-dark", "dark", "#/events", (page) => page.locator(".chart canvas").waitFor());
  await picture("failing-light", "light", "#/failing", (page) => page.locator(".group").first().waitFor());
} finally {
  await browser.close();
  await real.settled();
  await site.stop();
  await instanceDatabase.close();
  await postgres.destroy();
}

async function picture(
  name: string,
  colorScheme: "light" | "dark",
  address: string,
  ready: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme });
  await page.goto(`${site.url}/${address}`);
  await ready(page);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
