/**
 * Every state of the page, each made by real deliveries and runs: WCAG AA in both schemes as far as axe can tell, nothing wider
 * than a small phone, and the list in sight on a laptop.
 */
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, it, vi } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { deliverMorning } from "./support/deliver-morning.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { type ServedSite, useSite } from "./support/use-site.ts";

vi.mock("../../netlify/handlers/index.ts", async () => await import("./support/demo-handlers.ts"));

const { browser, serve } = useSite();

interface State {
  readonly name: string;
  readonly site: () => Promise<ServedSite>;
  readonly address: string;
  /** What is on the screen once the state is reached. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const empty = () => serve();
const morning = async () => {
  const site = await serve({ environment: { OKTA_HOOK_SECRET: "" } });
  await deliverMorning(site.url, new Date(), 16);
  await deliver(site.url, anEvent({ uuid: "odd", version: 7, displayMessage: "\u202Eevil" }));
  await fetch(`${site.url}/okta-webhooks-endpoint`, { method: "POST", body: "x" });
  await site.settled();
  return site;
};
const rows = (page: Page) => page.locator("a.row").first().waitFor();
const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { name }).first().waitFor();

const states: State[] = [
  { name: "the first visit", site: empty, address: "", ready: heading("Waiting for the first delivery") },
  { name: "deliveries", site: morning, address: "", ready: rows },
  {
    name: "deliveries, filtered",
    site: morning,
    address: "#/deliveries?outcome=FAILURE",
    ready: rows,
  },
  { name: "a delivery", site: morning, address: "#/deliveries/4", ready: heading("Handlers") },
  {
    name: "a delivery of several events",
    site: morning,
    address: "#/deliveries/5",
    ready: heading("3 new events"),
  },
  { name: "a rejected call", site: morning, address: "#/rejections/1", ready: heading(/^Rejected/) },
  {
    name: "events, choosing types",
    site: morning,
    address: "#/events",
    ready: async (page) => {
      await rows(page);
      await page.locator("summary", { hasText: "Event type" }).click();
    },
  },
  {
    name: "an odd event, asked whether to replay it",
    site: morning,
    address: "#/events/odd",
    ready: (page) => page.getByRole("button", { name: "Replay", exact: true }).first().click(),
  },
  {
    name: "what fails, with some selected",
    site: morning,
    address: "#/failing",
    ready: async (page) => {
      await page.getByRole("heading", { name: /^Retrying/ }).waitFor();
      await page.getByRole("checkbox").first().check();
      await page.getByRole("button", { name: "Discard selected" }).click();
    },
  },
  {
    name: "nothing that fails",
    site: empty,
    address: "#/failing",
    ready: (page) => page.getByText("Nothing fails.").waitFor(),
  },
  { name: "health", site: morning, address: "#/health", ready: heading(/^Database/) },
  { name: "health and the set-up", site: empty, address: "#/health", ready: heading(/^Set the secret/) },
  {
    name: "finding",
    site: morning,
    address: "",
    ready: async (page) => {
      await rows(page);
      await page.keyboard.press("/");
      await page.keyboard.type("user");
      await page.getByRole("link", { name: /^type/ }).first().waitFor();
    },
  },
  {
    name: "the keys",
    site: morning,
    address: "",
    ready: async (page) => {
      await rows(page);
      await page.keyboard.press("?");
      await heading("Keys")(page);
    },
  },
  { name: "an unknown address", site: empty, address: "#/nowhere", ready: heading("There is no such view") },
  {
    name: "signing in",
    site: () => serve({ where: "deployed", environment: { INSPECTOR_PASSWORD: "correct horse battery" } }),
    address: "",
    ready: (page) => page.getByLabel("Password").waitFor(),
  },
  {
    name: "closed",
    site: () => serve({ where: "deployed" }),
    address: "",
    ready: heading("This page is closed"),
  },
];

async function reach({ site, address, ready }: State, options: Parameters<typeof openPage>[2]) {
  const { url } = await site();
  const { page } = await openPage(browser(), `${url}/${address}`, options);
  await ready(page);
  return page;
}

const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** What axe and the ruler find wrong in the state that is on the screen. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    faults.push(
      ...violations.map(
        ({ id, nodes }) => `${name}, ${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join("\n")}`,
      ),
    );
  }
  await page.setViewportSize({ width: 360, height: 740 });
  const wider = await page.evaluate(sideways);
  return wider === 0 ? faults : [...faults, `${name}: ${wider} pixels wider than a phone`];
}

// States of one site are looked at in one test: making them costs more than the looks.
it.each([
  ["that received a morning's deliveries", morning],
  ["that received nothing", empty],
] as const)(
  "no state of a site %s has a fault, in either scheme or on a phone",
  async (_, site) => {
    const made = await site();
    const faults: string[] = [];
    for (const state of states.filter((one) => one.site === site)) {
      // Axe's own script is not the page's.
      const { page } = await openPage(browser(), `${made.url}/${state.address}`, {
        bypassCSP: true,
        reducedMotion: "reduce",
      });
      await state.ready(page);
      faults.push(...(await faultsOf(page, state.name)));
    }
    expect(faults).toEqual([]);
  },
  180_000,
);

it.each(states.filter(({ site }) => site !== morning && site !== empty))(
  "$name has no fault either",
  async (state) => {
    const page = await reach(state, { bypassCSP: true, reducedMotion: "reduce" });
    expect(await faultsOf(page, state.name)).toEqual([]);
  },
);

describe("on a laptop, 1280 by 800", () => {
  it.each(["#/deliveries", "#/events"])("the list %s is seen without scrolling", async (address) => {
    const page = await reach({ name: "", site: morning, address, ready: rows }, {});
    await page
      .locator(address === "#/events" ? ".chart canvas" : "a.row")
      .first()
      .waitFor();
    const top = await page.locator("a.row").nth(5).boundingBox();
    expect((top?.y ?? 9999) + (top?.height ?? 0)).toBeLessThan(800);
  });
});

it("on a wide screen who and to whom have columns of their own; on a narrow one a sentence", async () => {
  const page = await reach(
    { name: "", site: morning, address: "", ready: rows },
    { viewport: { width: 1920, height: 1080 } },
  );
  const row = page.locator("a.row").filter({ hasText: "Jane Doe" }).first();
  expect(await row.locator(".party").first().isVisible()).toBe(true);
  expect(await row.locator(".who").isVisible()).toBe(false);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await row.locator(".party").first().isVisible()).toBe(false);
  expect(await row.locator(".who").isVisible()).toBe(true);
});

it("on a small screen an opened delivery gets the keyboard, and the list is where it was afterwards", async () => {
  const page = await reach(
    { name: "", site: morning, address: "", ready: rows },
    { viewport: { width: 360, height: 740 } },
  );
  await page.locator("a.row").nth(14).click();
  await page.getByRole("heading", { name: /^Delivery/ }).waitFor();
  await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("detail");
  await expect.poll(() => page.evaluate("scrollY")).toBe(0);
  await page.getByRole("link", { name: "All deliveries" }).click();
  await page.locator("a.row").nth(14).waitFor();
  await expect.poll(() => page.evaluate("scrollY > 300")).toBe(true);
});
