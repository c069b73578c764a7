/** The whole page by keyboard, over the real API. */
import { expect, it } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { useSite } from "./support/use-site.ts";

const { browser, serve } = useSite();

async function threeDeliveries() {
  const site = await serve();
  for (const uuid of ["event-1", "event-2", "event-3"]) await deliver(site.url, anEvent({ uuid }));
  const { page } = await openPage(browser(), site.url);
  await page.locator("a.row").nth(2).waitFor();
  const focused = () => page.evaluate("document.activeElement.getAttribute('href')");
  return { page, focused };
}

it("j and k go along the rows, Enter opens one, Esc goes back to it", async () => {
  const { page, focused } = await threeDeliveries();
  for (const key of ["j", "j", "k", "j"]) await page.keyboard.press(key);
  expect(await focused()).toBe("#/deliveries/2");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Delivery/ }).waitFor();
  await page.keyboard.press("j");
  expect(await focused()).toBe("#/deliveries/1");
  await page.keyboard.press("Escape");
  await expect.poll(() => page.url()).toMatch(/#\/deliveries$/);
});

it("one Tab leaves the list", async () => {
  const { page, focused } = await threeDeliveries();
  await page.keyboard.press("j");
  expect(await focused()).toBe("#/deliveries/3");
  await page.keyboard.press("Tab");
  expect(await focused()).toBeNull();
  await page.keyboard.press("Shift+Tab");
  expect(await focused()).toBe("#/deliveries/3");
});

it("/ finds, Esc leaves the box, ? shows the keys", async () => {
  const { page } = await threeDeliveries();
  await page.keyboard.press("/");
  await page.keyboard.type("event-2");
  await page.getByRole("link", { name: /^event user/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "user.lifecycle.create" }).waitFor();
  expect(page.url()).toContain("#/events/event-2");
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keys" }).waitFor();
});
