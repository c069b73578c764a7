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

it("Enter finds what was just typed, without waiting for the suggestions", async () => {
  const { page } = await threeDeliveries();
  await page.keyboard.press("/");
  await page.keyboard.insertText("event-2");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "user.lifecycle.create" }).waitFor();
  expect(page.url()).toContain("#/events/event-2");
  expect(await page.getByRole("searchbox", { name: /^Find/ }).inputValue()).toBe("");
});

it("Esc takes back one thing at a time: a question, a menu, a suggestion, and then what is open", async () => {
  const { page } = await threeDeliveries();
  await page.goto(`${page.url().split("#")[0]}#/events/event-2`);
  const article = page.getByRole("article");
  await article.getByRole("button", { name: "Replay", exact: true }).click();
  await article.getByRole("button", { name: "Cancel" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => article.getByRole("button", { name: "Cancel" }).count()).toBe(0);
  await article.getByRole("button", { name: "Replay", exact: true }).waitFor();

  const types = page.locator("details.picker");
  await types.locator("summary").click();
  await page.getByLabel("Search event types").focus();
  await page.keyboard.press("Escape");
  expect(await types.getAttribute("open")).toBeNull();
  expect(await article.count()).toBe(1);

  await page.keyboard.press("/");
  await page.keyboard.type("jane");
  await page.getByRole("link", { name: /^to jane@example.com/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  expect(await page.evaluate("document.activeElement.id")).toBe("find");
  await page.keyboard.press("Escape");
  expect(await article.count()).toBe(1);

  await page.keyboard.press("Escape");
  await expect.poll(() => article.count()).toBe(0);
});

it("? twice is no mistake", async () => {
  const { page } = await threeDeliveries();
  await page.keyboard.press("?");
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("heading", { name: "Keys" }).count()).toBe(0);
  expect(await page.locator("a.row").count()).toBe(3);
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
