/**
 * Every state of the page, each made by real deliveries and runs: WCAG AA as far as axe can tell, nothing that spills out of its
 * box, and the list in sight. A page is loaded once and led from state to state.
 */
import type { Page } from "playwright-core";
import { expect, it, vi } from "vitest";
import { aBusySite } from "./support/busy-site.ts";
import { deliverMorning } from "./support/deliver-morning.ts";
import { faultsOf } from "./support/faults-of.ts";
import { openPage } from "./support/open-page.ts";
import { type ServedSite, useSite } from "./support/use-site.ts";

vi.mock("../../netlify/handlers/index.ts", async () => await import("./support/demo-handlers.ts"));

const { browser, serve } = useSite();

interface State {
  readonly name: string;
  /** The view, as the address has it. */
  readonly at: string;
  /** Leads to the state, and waits until it is reached. */
  readonly reach: (page: Page) => Promise<unknown>;
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { name }).first().waitFor();
const words = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();
const rows = (page: Page) => page.locator("a.row").first().waitFor();

const full: State[] = [
  { name: "deliveries", at: "#/deliveries", reach: rows },
  { name: "deliveries, filtered", at: "#/deliveries?outcome=FAILURE", reach: rows },
  { name: "deliveries, none fits", at: "#/deliveries?actor=nobody", reach: words("No delivery brought") },
  { name: "a delivery", at: "#/deliveries/5", reach: heading("The call") },
  { name: "a delivery of several events", at: "#/deliveries/6", reach: heading("3 new events") },
  {
    name: "a delivery with an unreadable event",
    at: "#/deliveries",
    async reach(page) {
      await page.getByRole("link", { name: /1 unreadable/ }).click();
      await words(/At place 1:/)(page);
    },
  },
  {
    name: "a delivery whose JSON is searched",
    at: "#/deliveries/5",
    async reach(page) {
      await page.getByLabel("Search in the body").fill("okta");
      await page.getByLabel("Search in the body").press("Enter");
      await page.locator("mark.current").waitFor();
    },
  },
  {
    name: "a delivery that is not there",
    at: "#/deliveries/424242",
    reach: words("No delivery has this id."),
  },
  { name: "a rejected call", at: "#/rejections/1", reach: heading(/^Rejected/) },
  {
    name: "events, choosing types",
    at: "#/events",
    async reach(page) {
      await page.locator(".chart canvas").waitFor();
      await rows(page);
      await page.locator("summary", { hasText: "Event type" }).click();
    },
  },
  { name: "events, none fits", at: "#/events?actor=nobody", reach: words("No event fits these filters.") },
  { name: "events, a filter that cannot be", at: "#/events?from=yesterday", reach: words(/must be a time/) },
  {
    name: "an odd event, asked whether to replay it",
    at: "#/events/odd",
    reach: (page) => page.getByRole("button", { name: "Replay", exact: true }).first().click(),
  },
  {
    name: "an event that is forgotten",
    at: "#/events/forgotten",
    reach: words(/somebody in it was forgotten/),
  },
  { name: "an event whose handler is paused", at: "#/events/waits", reach: words("handler paused") },
  {
    name: "what fails, with some selected",
    at: "#/failing",
    async reach(page) {
      await page
        .locator(".group")
        .filter({ hasText: "create-mailbox" })
        .getByRole("button", { name: /^Show/ })
        .click();
      await page.getByRole("checkbox").first().check();
      await page.getByRole("button", { name: "Discard selected" }).click();
    },
  },
  {
    name: "health, asked whether to forget somebody",
    at: "#/health",
    async reach(page) {
      await words("could not be sent")(page);
      await page.getByLabel("Login or Okta id").fill("jane@example.com");
      await page.getByRole("button", { name: "Count what is stored" }).click();
      await page.getByRole("button", { name: "Forget them" }).click();
    },
  },
  { name: "an unknown address", at: "#/nowhere", reach: heading("There is no such view") },
  {
    name: "finding",
    at: "#/deliveries",
    async reach(page) {
      await rows(page);
      await page.keyboard.press("/");
      await page.keyboard.type("user");
      await page.getByRole("link", { name: /^type/ }).first().waitFor();
    },
  },
  {
    name: "the keys",
    at: "#/deliveries",
    async reach(page) {
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await heading("Keys")(page);
    },
  },
];

const empty: State[] = [
  { name: "the first visit", at: "", reach: heading("Waiting for the first delivery") },
  { name: "no events", at: "#/events", reach: words("No event has come yet.") },
  { name: "nothing that fails", at: "#/failing", reach: words("Nothing fails.") },
  { name: "health and the set-up", at: "#/health", reach: heading(/^Set the secret/) },
];

// Axe's own script is not the page's.
const looked = { bypassCSP: true, reducedMotion: "reduce" } as const;

async function faultsOfAll(site: ServedSite, states: readonly State[]): Promise<string[]> {
  const { page } = await openPage(browser(), site.url, { ...looked, callsMayFail: true });
  await page.getByText("Live", { exact: true }).waitFor();
  const faults: string[] = [];
  for (const { name, at, reach } of states) {
    await page.goto(`${site.url}/${at}`);
    await reach(page);
    faults.push(...(await faultsOf(page, name)));
  }
  return faults;
}

it("no state of a site where everything happened has a fault", async () => {
  expect(await faultsOfAll(await aBusySite(serve), full)).toEqual([]);
}, 600_000);

it("no state of a site that received nothing has a fault", async () => {
  expect(await faultsOfAll(await serve(), empty)).toEqual([]);
}, 300_000);

it("neither have the views while they load, without a connection, and after a mistake of the page's", async () => {
  const site = await serve();
  await deliverMorning(site.url, new Date(), 3);
  const { page } = await openPage(browser(), site.url, { ...looked, callsMayFail: true, mayBreak: true });
  await rows(page);
  const faults: string[] = [];
  let letGo = () => {};
  const held = new Promise<void>((goOn) => {
    letGo = goOn;
  });
  await page.route(/\/api\/(?:events|deliveries|health|event-types|activity)/, async (route) => {
    await held;
    await route.continue();
  });
  for (const at of ["#/events", "#/deliveries/1", "#/events/some", "#/health"]) {
    await page.goto(`${site.url}/${at}`);
    await page.getByText("Loading…").first().waitFor();
    faults.push(...(await faultsOf(page, `${at} while it loads`)));
  }
  letGo();
  await page.unrouteAll({ behavior: "wait" });
  await page.context().setOffline(true);
  await words(/^Connection lost/)(page);
  faults.push(...(await faultsOf(page, "without a connection")));
  await page.evaluate('setTimeout(() => { throw new Error("a mistake that a test makes"); })');
  await words(/a mistake that a test makes/)(page);
  faults.push(...(await faultsOf(page, "after a mistake")));
  expect(faults).toEqual([]);
}, 300_000);

it("neither have signing in, a wrong password, plain http, and a closed page", async () => {
  const faults: string[] = [];
  const open = async (environment: Readonly<Record<string, string>>, before?: string) => {
    const site = await serve({ where: "deployed", environment });
    const options = { ...looked, callsMayFail: true, ...(before !== undefined && { before }) };
    return (await openPage(browser(), site.url, options)).page;
  };
  const password = { INSPECTOR_PASSWORD: "correct horse battery" };
  const page = await open(password);
  await page.getByLabel("Password").fill("wrong");
  faults.push(...(await faultsOf(page, "signing in")));
  await page.keyboard.press("Enter");
  await words("That is not the password.")(page);
  faults.push(...(await faultsOf(page, "a wrong password")));

  const plain = await open(password, 'Object.defineProperty(window, "isSecureContext", { value: false })');
  await heading("Signing in needs https")(plain);
  faults.push(...(await faultsOf(plain, "plain http")));

  const closed = await open({});
  await heading("This page is closed")(closed);
  faults.push(...(await faultsOf(closed, "closed")));
  expect(faults).toEqual([]);
}, 300_000);

it("a fault of each kind is found where there is one", async () => {
  const site = await serve();
  const { page } = await openPage(browser(), site.url, looked);
  await words("Waiting for the first delivery")(page);
  expect(await faultsOf(page, "as it is")).toEqual([]);
  await page.evaluate(`document.querySelector("#page main").insertAdjacentHTML("beforeend",
    '<img src="data:,"><p style="background: #000; color: #111">hardly read</p><p style="width: 400px">wide</p>')`);
  const faults = (await faultsOf(page, "spoilt")).join("\n");
  expect(faults).toMatch(/1280 wide, light: image-alt: <img/);
  expect(faults).toMatch(/1280 wide, light: color-contrast: <p/);
  expect(faults).toMatch(/360 wide, dark: color-contrast: <p/);
  expect(faults).toMatch(/360 wide: \d+ pixels wider than the window/);
});

it("the lists are seen without scrolling on a laptop, in columns on a wide screen, as cards on a phone", async () => {
  const site = await serve();
  await deliverMorning(site.url, new Date(), 16);
  await site.settled();
  const { page } = await openPage(browser(), site.url);
  for (const at of ["#/deliveries", "#/events", "#/deliveries?outcome=FAILURE", "#/failing"]) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${site.url}/${at}`);
    if (at === "#/events") await page.locator(".chart canvas").waitFor();
    const line = page.locator("a.row, .group");
    await line.first().waitFor();
    const sixth = await line.nth(Math.min(5, (await line.count()) - 1)).boundingBox();
    expect((sixth?.y ?? 9999) + (sixth?.height ?? 0), at).toBeLessThan(800);
  }

  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto(`${site.url}/#/deliveries`);
  const row = page.locator("a.row").filter({ hasText: "Jane Doe" }).first();
  await row.waitFor();
  expect(await row.locator(".party").first().isVisible()).toBe(true);
  expect(await row.locator(".who").isVisible()).toBe(false);
  expect((await row.boundingBox())?.height).toBeLessThan(34);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await row.locator(".party").first().isVisible()).toBe(false);
  expect(await row.locator(".who").isVisible()).toBe(true);
});

it("on a small screen an opened delivery gets the keyboard, and the list is where it was afterwards", async () => {
  const site = await serve();
  await deliverMorning(site.url, new Date(), 16);
  const { page } = await openPage(browser(), site.url, { viewport: { width: 360, height: 740 } });
  await page.locator("a.row").nth(14).click();
  await heading(/^Delivery/)(page);
  await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("detail");
  await expect.poll(() => page.evaluate("scrollY")).toBe(0);
  await page.getByRole("link", { name: "All deliveries" }).click();
  await page.locator("a.row").nth(14).waitFor();
  await expect.poll(() => page.evaluate("scrollY > 300")).toBe(true);
});
