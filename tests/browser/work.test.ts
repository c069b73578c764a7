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
    circuit: false,
    handle() {
      if (!desk.open) throw new Error("the desk is <b>closed</b>");
      desk.told += 1;
    },
  });
  const greet = defineHandler({ name: "greet", on: "user.lifecycle.create", handle: () => undefined });
  const unlock = defineHandler({
    name: "unlock",
    on: "user.account.lock",
    retries: 5,
    handle() {
      if (!desk.open) throw new Error("not yet");
    },
  });
  const pageSomebody = defineHandler({
    name: "page-somebody",
    on: "user.session.start",
    when: ({ severity }) => severity === "ERROR",
    handle: () => undefined,
  });
  return { handlers: [tellTheDesk, greet, unlock, pageSomebody] };
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
  it("is seen at a glance, in the list and on every view", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("link", { name: /user\.lifecycle\.create.*dead letter/ }).waitFor();
    await page.getByRole("link", { name: "Failing 1 dead" }).waitFor();
    await page.getByRole("link", { name: "Events", exact: true }).click();
    await page.getByRole("link", { name: /user\.lifecycle\.create.*dead letter/ }).waitFor();
  });

  it("is replayed from the event's page, and is told there to be done", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
    const run = page.locator(".runs li").filter({ hasText: "tell-the-desk" }).first();
    await run.getByText("dead letter").waitFor();
    expect(await run.textContent()).toContain("the desk is <b>closed</b>");

    desk.open = true;
    await run.getByRole("button", { name: "Replay" }).click();
    await run.getByRole("button", { name: "Run it again" }).click();
    await run.getByText("done", { exact: true }).waitFor();
    expect(desk.told).toBe(1);
    const tries = await run
      .getByRole("list", { name: "Its last tries" })
      .getByRole("listitem")
      .allTextContents();
    expect(tries).toEqual([
      expect.stringMatching(/, succeeded$/),
      expect.stringContaining("the desk is <b>closed</b>"),
    ]);
    await run.getByText("caused by a replay").waitFor();
  });

  it("is discarded from the event's page", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("button", { name: "Discard this dead letter" }).click();
    await page.getByText("Discarded 1 dead letter.").waitFor();
    await page.locator(".run").getByText("discarded", { exact: true }).waitFor();
  });

  it("that fails again says so, with its error", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    const { page } = await openPage(browser(), `${site.url}/#/failing`);
    await page.getByRole("button", { name: "Replay all" }).click();
    await page.getByRole("button", { name: "Replay 1 dead letter" }).click();
    await page.getByText("1 run queued.").waitFor();
    await site.settled();
    await page.locator(".group").getByText("1 dead", { exact: true }).waitFor();
    expect(await page.locator(".group").textContent()).toContain("the desk is <b>closed</b>");
  });

  it("is one of a group by handler and error, with the person, and replayed with all others", async () => {
    const site = await serve();
    await deliverInVain(site, "event-1");
    await deliverInVain(site, "event-2");
    const { page } = await openPage(browser(), `${site.url}/#/failing`);
    await page.locator(".group").getByText("2 dead", { exact: true }).waitFor();
    expect(await page.locator(".group").count()).toBe(1);
    await page.getByText("For Jane Doe, Jane Doe").waitFor();
    await page.getByRole("button", { name: "Show 2 runs" }).click();
    await page.locator(".failing-run").nth(1).waitFor();
    expect(await page.locator(".failing-run").first().textContent()).toMatch(/Jane Doe.*jane@example\.com/);
    desk.open = true;
    await page.getByRole("button", { name: "Replay all" }).click();
    await page.getByRole("button", { name: "Replay 2 dead letters" }).click();
    await page.getByText("Nothing fails.").waitFor();
    expect(desk.told).toBe(2);
  });

  it("can be selected: some are replayed, others discarded", async () => {
    const site = await serve();
    for (const uuid of ["event-1", "event-2", "event-3"]) await deliverInVain(site, uuid);
    const { page } = await openPage(browser(), `${site.url}/#/failing`);
    await page.getByRole("button", { name: "Show 3 runs" }).click();
    await page.getByRole("checkbox").nth(2).waitFor();
    await page.getByRole("checkbox").nth(0).check();
    await page.getByRole("checkbox").nth(2).check();
    desk.open = true;
    await page.getByRole("button", { name: "Replay selected" }).click();
    await page.getByRole("button", { name: "Replay 2 dead letters" }).click();
    await page.getByText("2 runs queued.").waitFor();
    await expect.poll(() => page.getByRole("checkbox").count()).toBe(1);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Discard selected" }).click();
    await page.getByRole("button", { name: "Discard 1 dead letter" }).click();
    await page.getByText("Nothing fails.").waitFor();
    expect(desk.told).toBe(2);
    await page.getByRole("link", { name: "Deliveries", exact: true }).click();
    await page.getByRole("link", { name: /user\.lifecycle\.create.*discarded/ }).waitFor();
  });
});

it("a selection and its question stay what they are while others come and go", async () => {
  const site = await serve();
  for (const uuid of ["event-1", "event-2", "event-3"]) await deliverInVain(site, uuid);
  const { page } = await openPage(browser(), `${site.url}/#/failing`);
  await page.getByRole("button", { name: "Show 3 runs" }).click();
  await page.getByRole("checkbox").nth(2).waitFor();
  await page.getByRole("checkbox").nth(0).check();
  await page.getByRole("button", { name: "Discard selected" }).click();
  await page.getByRole("button", { name: "Discard 1 dead letter" }).waitFor();
  // Somebody else discards the very same one, and another fails.
  const { page: other } = await openPage(browser(), `${site.url}/#/failing`);
  await other.getByRole("button", { name: "Show 3 runs" }).click();
  await other.getByRole("checkbox").nth(0).check();
  await other.getByRole("button", { name: "Discard selected" }).click();
  await other.getByRole("button", { name: "Discard 1 dead letter" }).click();
  await page.locator(".group").getByText("2 dead", { exact: true }).waitFor();
  await expect.poll(() => page.getByRole("checkbox").count()).toBe(2);

  await page.getByRole("button", { name: "Discard 1 dead letter" }).click();
  await page.getByText("Discarded 0 dead letters.").waitFor();
  await page.locator(".group").getByText("2 dead", { exact: true }).waitFor();
});

it("a group that somebody has paged on stays as long as it is while others fail", async () => {
  const site = await serve();
  await deliver(site.url, ...Array.from({ length: 60 }, (_, number) => anEvent({ uuid: `event-${number}` })));
  await site.settled();
  const { page } = await openPage(browser(), `${site.url}/#/failing`);
  await page.getByRole("button", { name: "Show 60 runs" }).click();
  await page.getByRole("button", { name: "Show 50 more" }).click();
  await expect.poll(() => page.getByRole("checkbox").count()).toBe(60);
  await page.getByRole("checkbox").nth(58).check();
  await deliverInVain(site, "one-more");
  await page.locator(".group").getByText("61 dead", { exact: true }).waitFor();
  await expect.poll(() => page.getByRole("checkbox").count()).toBe(61);
  expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(1);
});

it("a handler whose `when` leaves an event out is named on the event's page", async () => {
  const site = await serve();
  await deliver(site.url, anEvent({ uuid: "event-1", eventType: "user.session.start", severity: "WARN" }));
  const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
  await page.getByText("page-somebody: its when filters this event out.").waitFor();
});

it("a retry is seen at a glance, grouped with its next time, and tried now with all others of its group", async () => {
  const site = await serve();
  desk.open = false;
  desk.told = 0;
  await deliver(site.url, anEvent({ uuid: "event-1", eventType: "user.account.lock" }));
  const { page } = await openPage(browser(), site.url);
  await page.getByRole("link", { name: /user\.account\.lock.*retrying/ }).waitFor();
  await page.getByRole("link", { name: "Failing 1 retrying" }).click();
  await page.getByText(/next try/).waitFor();
  desk.open = true;
  const group = page.locator(".group");
  await group.getByRole("button", { name: "Try all now" }).click();
  await group.getByRole("button", { name: "Try 1 run now" }).click();
  await page.getByText("Nothing fails.").waitFor();
});

it("a handler that fails is one line on every view, and paused and resumed from there", async () => {
  const site = await serve();
  desk.open = false;
  await deliver(site.url, anEvent({ uuid: "event-1", eventType: "user.account.lock" }));
  await site.settled();
  const { page } = await openPage(browser(), site.url);
  const banner = page.locator(".banner");
  for (const view of ["Deliveries", "Events", /^Failing/, "Health"]) {
    await page.getByRole("link", { name: view }).first().click();
    await banner.getByText(/^unlock: failing since \d\d:\d\d, 1 run waits, "not yet"$/).waitFor();
  }
  await banner.getByRole("button", { name: "Pause handler" }).click();
  await banner.getByRole("button", { name: "Pause unlock" }).click();
  await banner.getByText(/^unlock: paused since \d\d:\d\d, .*1 run waits/).waitFor();
  await page.getByRole("link", { name: /^Failing/ }).click();
  await page.locator(".group").getByText("paused, 1 wait").waitFor();
  await banner.getByRole("button", { name: "Resume handler" }).click();
  await banner.getByRole("button", { name: "Resume unlock" }).click();
  await page.locator(".group").getByText("1 to be tried again").waitFor();
  desk.open = true;
  await page.locator(".group").getByRole("button", { name: "Try all now" }).click();
  await page.locator(".group").getByRole("button", { name: "Try 1 run now" }).click();
  await expect.poll(() => banner.count()).toBe(0);
});

it("all handlers of an event run again at one press, after a second one", async () => {
  const site = await serve();
  await deliverInVain(site, "event-1");
  const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
  desk.open = true;
  await page.getByRole("button", { name: "Replay all" }).click();
  expect(desk.told).toBe(0);
  await page.getByRole("button", { name: "Run 2 handlers again" }).click();
  await expect.poll(() => page.locator(".run").getByText("done", { exact: true }).count()).toBe(2);
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
