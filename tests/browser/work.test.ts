/** Handlers' runs and replaying them, over the real API, database and queue. */
import { describe, expect, it, vi } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { type ServedSite, useSite } from "./support/use-site.ts";

const desk = vi.hoisted(() => ({ open: false, told: 0 }));

vi.mock("../../netlify/handlers/index.ts", async () => {
  const { defineHandler } = await import("../../netlify/handler-kit/define-handler.ts");
  const tellTheDesk = defineHandler({
    name: "tell-the-desk",
    on: "user.lifecycle.create",
    retries: 0,
    handle() {
      if (!desk.open) throw new Error("the desk is <b>closed</b>");
      desk.told += 1;
    },
  });
  const greet = defineHandler({ name: "greet", on: "user.lifecycle.create", handle: () => undefined });
  return { handlers: [tellTheDesk, greet] };
});

const { browser, serve } = useSite();

/** Delivers one event while the desk is closed: afterwards one handler is done with it, and one has given up. */
async function deliverInVain(site: ServedSite, uuid: string): Promise<void> {
  desk.open = false;
  desk.told = 0;
  await deliver(site.url, anEvent({ uuid }));
  await site.settled();
}

describe("a dead letter", () => {
  it("is replayed on its own from the event's page, and is done then", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
    const run = page.getByRole("listitem").filter({ hasText: "tell-the-desk" });
    await run.getByText("dead letter").waitFor();
    expect(await run.textContent()).toContain("the desk is <b>closed</b>");

    desk.open = true;
    await run.getByRole("button", { name: "Replay" }).click();
    await run.getByRole("button", { name: "Run it again" }).click();
    await page.getByText("Queued 1 run.").waitFor();
    await run.getByText("done", { exact: true }).waitFor();
    expect(desk.told).toBe(1);
  });

  it("is counted on every view and replayed with all others", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    await deliverInVain(site, "event-2");
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("link", { name: "Dead letters 2" }).click();
    await page.getByRole("button", { name: "Replay all" }).click();
    desk.open = true;
    await page.getByRole("button", { name: "Replay 2 dead letters" }).click();
    await page.getByText("Queued 2 runs.").waitFor();
    await page.getByText("None. A handler that fails").waitFor();
    await expect.poll(() => desk.told).toBe(2);
    await page.getByRole("link", { name: "Dead letters", exact: true }).waitFor();
  });

  it("is replayed alone from the list", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    await deliverInVain(site, "event-2");
    const { page } = await openPage(browser(), `${site.url}/#/dead`);
    desk.open = true;
    await page.getByRole("button", { name: "Replay tell-the-desk" }).first().click();
    await page.getByText("Queued 1 run.").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Replay tell-the-desk" }).count()).toBe(1);
  });
});

it("all handlers of an event run again at one press, after a second one", async () => {
  const site = await serve();
  await deliverInVain(site, "event-1");
  const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
  desk.open = true;
  await page.getByRole("button", { name: "Replay all" }).click();
  expect(desk.told).toBe(0);
  await page.getByRole("button", { name: "Run 2 handlers again" }).click();
  await page.getByText("Queued 2 runs.").waitFor();
  await expect.poll(() => page.getByText("done", { exact: true }).count()).toBe(2);
});

it("a question before a replay leaves the keyboard where a person takes it", async () => {
  const site = await serve();
  await deliverInVain(site, "event-1");
  const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
  const asked = () => site.calls.filter((call) => call.includes("/api/changes")).length;
  const focused = () => page.evaluate("document.activeElement.textContent");

  await page.getByRole("button", { name: "Replay all" }).press("Enter");
  await expect.poll(focused).toBe("Run 2 handlers again");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Cancel");
  // The page is drawn anew after each of its questions.
  const before = asked();
  await expect.poll(asked).toBeGreaterThan(before + 1);
  expect(await focused()).toBe("Cancel");
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("Replay all");
  expect(site.calls.filter((call) => call.startsWith("POST"))).toEqual([]);
});
