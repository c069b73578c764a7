/** What comes while the page is open takes nothing away from somebody who types, presses, reads or chooses. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { type ServedSite, useSite } from "./support/use-site.ts";

/** A server of its own: it is stopped. */
let postgres: PostgresServer;
const { browser, serve } = useSite(async () => {
  postgres = await startPostgresServer();
  return postgres;
});

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

/** Somebody signs in; `number` tells events apart, the higher the older. */
function aSignIn(number: number, login: string, changes: Readonly<Record<string, unknown>> = {}) {
  return anEvent({
    uuid: `event-${number}`,
    eventType: "user.session.start",
    published: secondsAgo(number),
    actor: { id: `00u${number}`, type: "User", alternateId: login, displayName: login },
    target: null,
    ...changes,
  });
}

async function deliverMany(site: ServedSite, many: number): Promise<void> {
  for (let number = many; number > 0; number--) await deliver(site.url, aSignIn(number, "ann@example.com"));
}

const rows = (page: Page) => page.locator("a.row");
const focused = (page: Page) => page.evaluate("document.activeElement.tagName");

const answersOf = ({ answers }: ServedSite) =>
  answers.filter((answer) => answer.includes("/api/changes")).length;

/** Waits until the page has drawn what it was told of what came just now. */
async function told(page: Page, site: ServedSite, before = answersOf(site)): Promise<void> {
  const answers = () => answersOf(site);
  // The one that is on its way may have been asked before.
  await expect.poll(answers).toBeGreaterThan(before);
  for (let round = 0; round < 3; round++)
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))");
}

describe("filtering deliveries", () => {
  it("leaves the keyboard in the field, whether the list changes to what fits or back", async () => {
    const site = await serve();
    await deliver(site.url, aSignIn(1, "ann@example.com"));
    await deliver(site.url, aSignIn(2, "bob@example.com"));
    const { page } = await openPage(browser(), site.url);
    await page.locator("summary", { hasText: "Filter" }).click();
    const field = page.getByLabel("Actor");
    await field.focus();
    await page.keyboard.type("bob");
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.keyboard.type("@example");
    await expect.poll(() => page.url()).toContain("actor=bob%40example");
    expect(await field.inputValue()).toBe("bob@example");

    await field.selectText();
    await page.keyboard.press("Delete");
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.keyboard.type("ann");
    await expect.poll(() => page.url()).toContain("actor=ann");
    expect(await field.inputValue()).toBe("ann");
  });

  it("leaves the types open to choose several, each in its place", async () => {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "event-9" }), anEvent({ uuid: "event-8" }));
    await deliver(site.url, aSignIn(1, "ann@example.com"));
    const { page } = await openPage(browser(), site.url);
    await page.locator("summary", { hasText: "Filter" }).click();
    await page.locator("summary", { hasText: "Event type" }).click();
    const types = page.locator(".picker li");
    await page.getByText("user.lifecycle.create2").waitFor();
    expect(await types.allTextContents()).toEqual(["user.lifecycle.create2", "user.session.start1"]);

    await deliver(site.url, aSignIn(2, "bob@example.com"), aSignIn(3, "cy@example.com"));
    await page.getByText("user.session.start3").waitFor();
    expect(await types.allTextContents()).toEqual(["user.lifecycle.create2", "user.session.start3"]);

    await page.getByRole("checkbox").nth(0).check();
    await page.getByRole("checkbox").nth(1).check();
    await page.getByText("2 types").waitFor();
    await expect.poll(() => rows(page).count()).toBe(3);
  });

  it("goes on to older ones, and stays there while others come", async () => {
    const site = await serve();
    await deliverMany(site, 52);
    const { page } = await openPage(browser(), `${site.url}/#/deliveries?actor=ann`);
    await rows(page).nth(49).waitFor();
    await deliver(site.url, aSignIn(60, "anna@example.com"));
    await page.getByRole("button", { name: "Show older deliveries" }).click();
    await expect.poll(() => rows(page).count()).toBe(53);

    await deliver(site.url, aSignIn(0, "anne@example.com"));
    await page.getByRole("button", { name: "Show new deliveries" }).click();
    await expect.poll(() => rows(page).count()).toBe(54);
    expect(await page.getByRole("button", { name: "Show new deliveries" }).count()).toBe(0);
  });

  it("clears what is typed and not looked for yet", async () => {
    const site = await serve();
    await deliver(site.url, aSignIn(1, "ann@example.com"));
    const { page } = await openPage(browser(), `${site.url}/#/events?last=1h`);
    await rows(page).first().waitFor();
    // In one go: before the pause after which it is looked for.
    await page.evaluate(`{
      const field = document.querySelector(".filters input[placeholder='login or id']");
      field.value = "nobody";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      document.querySelector("a.clear").click();
    }`);
    await expect.poll(() => page.url()).toMatch(/#\/events$/);
    await expect.poll(() => page.getByLabel("Actor").inputValue()).toBe("");
    await told(page, site);
    expect(page.url()).toMatch(/#\/events$/);
  });
});

it("a press opens the row that it began on, though another came before it was over", async () => {
  const site = await serve();
  await deliver(site.url, aSignIn(2, "ann@example.com"));
  const { page } = await openPage(browser(), site.url);
  const box = await rows(page).first().boundingBox();
  if (box === null) throw new Error("The row is not there.");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  // Counted before the press: while it lasts one answer at most is taken, and no further question asked.
  const before = answersOf(site);
  await page.mouse.down();
  await deliver(site.url, aSignIn(1, "bob@example.com"));
  await told(page, site, before);
  expect(await rows(page).count()).toBe(1);
  await page.mouse.up();
  await page.getByRole("heading", { name: /^Delivery/ }).waitFor();
  expect(page.url()).toMatch(/#\/deliveries\/1$/);
  await expect.poll(() => rows(page).count()).toBe(2);
});

it("a delivery is marked as just come once, not with each return to the list", async () => {
  const site = await serve();
  await deliver(site.url, aSignIn(2, "ann@example.com"));
  const { page } = await openPage(browser(), site.url);
  await rows(page).first().waitFor();
  await deliver(site.url, aSignIn(1, "bob@example.com"));
  await expect.poll(() => page.locator("li.arrived").count()).toBe(1);
  await page.getByRole("link", { name: "Events", exact: true }).click();
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await expect.poll(() => rows(page).count()).toBe(2);
  expect(await page.locator("li.arrived").count()).toBe(0);
});

it("the keyboard stays on the button that shows older events", async () => {
  const site = await serve();
  await deliver(
    site.url,
    ...Array.from({ length: 120 }, (_, number) => aSignIn(number + 1, "ann@example.com")),
  );
  const { page } = await openPage(browser(), `${site.url}/#/events`);
  await page.getByRole("button", { name: "Show older events" }).press("Enter");
  await expect.poll(() => rows(page).count()).toBe(100);
  expect(await focused(page)).toBe("BUTTON");
  await page.keyboard.press("Enter");
  await expect.poll(() => rows(page).count()).toBe(120);
});

describe("the list", () => {
  it("does not move when the chart comes, and the chart stays while another filter is asked about", async () => {
    const site = await serve();
    await deliver(site.url, aSignIn(1, "ann@example.com"), aSignIn(2, "bob@example.com"));
    const { page } = await openPage(browser(), `${site.url}/#/events`, {
      before: `globalThis.moved = 0;
        new PerformanceObserver((shifts) => {
          for (const { value } of shifts.getEntries()) globalThis.moved += value;
        }).observe({ type: "layout-shift", buffered: true });`,
    });
    await page.locator(".chart canvas").waitFor();
    await rows(page).nth(1).waitFor();
    await told(page, site);
    expect(Number(await page.evaluate("moved"))).toBeLessThan(0.02);

    await page.evaluate(`globalThis.gone = 0;
      new MutationObserver((changes) => {
        for (const { removedNodes } of changes)
          for (const node of removedNodes) if (node.matches?.(".activity")) globalThis.gone += 1;
      }).observe(document.body, { childList: true, subtree: true });`);
    await page.getByRole("combobox", { name: "Time" }).selectOption("Last 7 days");
    await page.getByText(/\d d in steps of/).waitFor();
    expect(await page.evaluate("gone")).toBe(0);
  });

  it("keeps the row in sight that is opened and closed", async () => {
    const site = await serve();
    await deliverMany(site, 45);
    const { page } = await openPage(browser(), site.url);
    const row = rows(page).nth(40);
    await row.scrollIntoViewIfNeeded();
    await row.click();
    await page.getByRole("heading", { name: /^Delivery/ }).waitFor();
    const inSight = async () => {
      const box = await row.boundingBox();
      return box !== null && box.y > 40 && box.y + box.height < 800;
    };
    await expect.poll(inSight).toBe(true);
    await page.getByRole("link", { name: "All deliveries" }).click();
    await expect.poll(() => page.getByRole("article").count()).toBe(0);
    await expect.poll(inSight).toBe(true);
  });

  it("on a narrow screen has the keyboard on its row again after Esc", async () => {
    const site = await serve();
    await deliverMany(site, 3);
    const { page } = await openPage(browser(), site.url, { viewport: { width: 640, height: 400 } });
    await rows(page).nth(2).waitFor();
    for (const key of ["j", "j", "Enter"]) await page.keyboard.press(key);
    await page.getByRole("heading", { name: /^Delivery/ }).waitFor();
    await page.keyboard.press("Escape");
    await expect
      .poll(() => page.evaluate("document.activeElement.getAttribute('href')"))
      .toBe("#/deliveries/2");
  });
});

describe("while the store does not answer", () => {
  it("an opened event stays as it was", async () => {
    const site = await serve();
    await deliver(site.url, aSignIn(1, "ann@example.com"));
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`, { callsMayFail: true });
    await page.getByRole("button", { name: '"actor": {' }).click();
    await postgres.stop();
    await page.getByText(/Connection lost\./).waitFor();
    await page.getByRole("button", { name: '"actor": { 4 keys }' }).waitFor();
    expect(await page.getByRole("article").getByRole("alert").count()).toBe(0);
    await postgres.restart();
    await page.getByText("Connected again").waitFor();
    await page.getByRole("button", { name: '"actor": { 4 keys }' }).waitFor();
  });

  it("a view that was asked for comes by itself afterwards", async () => {
    const site = await serve();
    await deliver(site.url, aSignIn(1, "ann@example.com"));
    const { page } = await openPage(browser(), site.url, { callsMayFail: true });
    await rows(page).first().waitFor();
    await postgres.stop();
    await page.getByRole("link", { name: "Events", exact: true }).click();
    await page.getByRole("main").getByRole("alert").first().waitFor();
    await postgres.restart();
    await rows(page).first().waitFor();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });
});

it("a remark of the browser's own is not taken for a mistake of the page's", async () => {
  const site = await serve();
  await deliver(site.url, aSignIn(1, "ann@example.com"));
  const { page } = await openPage(browser(), site.url);
  await rows(page).first().waitFor();
  await page.evaluate(
    `dispatchEvent(new ErrorEvent("error", { message: "ResizeObserver loop completed with undelivered notifications." }))`,
  );
  await told(page, site);
  expect(await rows(page).count()).toBe(1);
});
