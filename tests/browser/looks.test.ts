/** Every state of the page: WCAG AA in both schemes as far as axe can tell, and nothing wider than a small phone. */
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startBrowser } from "./support/browser.ts";
import { emptyStore, type FakeStore, fakeApi } from "./support/fake-api.ts";
import { openPage } from "./support/open-page.ts";
import { sampleStore } from "./support/sample-data.ts";
import { servePage } from "./support/serve-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

interface State {
  readonly name: string;
  readonly store: () => FakeStore;
  readonly address: (store: FakeStore) => string;
  /** What is on the screen once the state is reached. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const full = () => sampleStore(new Date());
const away = (closed: boolean) => () => ({
  ...emptyStore(),
  session: { ...emptyStore().session, local: false, signedIn: false, closed },
});
const rows = (page: Page) => page.locator("a.row").first().waitFor();
const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { name }).first().waitFor();

const states: State[] = [
  {
    name: "the first visit",
    store: emptyStore,
    address: () => "",
    ready: heading("Waiting for the first delivery"),
  },
  { name: "deliveries", store: full, address: () => "", ready: rows },
  {
    name: "a delivery",
    store: full,
    address: ({ deliveries }) => `#/deliveries/${deliveries[9]?.id}`,
    ready: heading("Handlers"),
  },
  {
    name: "a delivery of several events",
    store: full,
    address: ({ deliveries }) => `#/deliveries/${deliveries.find(({ eventCount }) => eventCount > 1)?.id}`,
    ready: heading("3 new events"),
  },
  { name: "a rejected call", store: full, address: () => "#/rejections/r1", ready: heading(/^Turned away/) },
  {
    name: "events, choosing types",
    store: full,
    address: () => "#/events",
    ready: async (page) => {
      await page.locator("a.row").first().waitFor();
      await page.locator("summary", { hasText: "Event type" }).click();
    },
  },
  {
    name: "an event with a dead letter, asked whether to replay it",
    store: full,
    address: ({ dead }) => `#/events/${dead[0]?.uuid}`,
    ready: (page) => page.getByRole("button", { name: "Replay", exact: true }).first().click(),
  },
  {
    name: "dead letters",
    store: full,
    address: () => "#/dead",
    ready: (page) => page.locator(".run").first().waitFor(),
  },
  {
    name: "no dead letters",
    store: emptyStore,
    address: () => "#/dead",
    ready: (page) => page.getByText("None.").waitFor(),
  },
  {
    name: "an unknown address",
    store: full,
    address: () => "#/nowhere",
    ready: heading("There is no such view"),
  },
  {
    name: "signing in",
    store: away(false),
    address: () => "",
    ready: (page) => page.getByLabel("Password").waitFor(),
  },
  { name: "closed", store: away(true), address: () => "", ready: heading("This page is closed") },
];

async function reach(
  { store, address, ready }: State,
  options: Parameters<typeof openPage>[2],
): Promise<Page> {
  const data = store();
  const site = await servePage(fakeApi(data));
  onTestFinished(site.stop);
  const { page } = await openPage(browser, `${site.url}/${address(data)}`, options);
  await ready(page);
  return page;
}

const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

describe.each(["light", "dark"] as const)("in the %s scheme axe finds nothing wrong with", (colorScheme) => {
  it.each(states)("$name", async (state) => {
    // Axe's own script is not the page's.
    const page = await reach(state, { colorScheme, bypassCSP: true, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`)).toEqual(
      [],
    );
  });
});

describe("on a screen 360 pixels wide nothing goes beyond its edge in", () => {
  it.each(states)("$name", async (state) => {
    const page = await reach(state, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate(sideways)).toBe(0);
  });
});

it("on a small screen an opened delivery gets the keyboard, and the list is where it was afterwards", async () => {
  const page = await reach(
    { name: "", store: full, address: () => "", ready: rows },
    { viewport: { width: 360, height: 740 } },
  );
  await page.locator("a.row").nth(30).click();
  await page.getByRole("heading", { name: /^Delivery of/ }).waitFor();
  await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("detail");
  await expect.poll(() => page.evaluate("scrollY")).toBe(0);
  await page.getByRole("link", { name: "All deliveries" }).click();
  await page.locator("a.row").nth(30).waitFor();
  await expect.poll(() => page.evaluate("scrollY > 500")).toBe(true);
});

it("the whole way from the list to an event's JSON can be gone with the keyboard", async () => {
  const page = await reach(
    { name: "", store: full, address: () => "", ready: rows },
    { permissions: ["clipboard-read", "clipboard-write"] },
  );
  await page.getByRole("link", { name: "Deliveries", exact: true }).focus();
  // Events, dead letters, the button that sends a sample, the first delivery.
  for (let press = 0; press < 4; press++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Delivery of/ }).waitFor();
  await page.getByRole("button", { name: "Copy the event" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Copied the event" }).waitFor();
});
