/** Browsing events, over the real API and a real database. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { useSite } from "./support/use-site.ts";

const { browser, serve } = useSite();

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A user who logged in; `number` tells events apart. */
function aLogin(number: number, login: string, changes: Readonly<Record<string, unknown>> = {}) {
  return anEvent({
    uuid: `event-${number}`,
    eventType: "user.session.start",
    displayMessage: "User login to Okta",
    published: minutesAgo(number),
    actor: { id: `00u${number}`, type: "User", alternateId: login, displayName: login.split("@")[0] },
    target: null,
    ...changes,
  });
}

async function rows(page: Page): Promise<string[]> {
  return page.locator("a.row").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
}

const uuidsOf = (hrefs: string[]) => hrefs.map((href) => /event-\d+/.exec(href)?.[0]);

describe("filtering", () => {
  it("by event type, with how many there are of each", async () => {
    const site = await serve();
    await deliver(
      site.url,
      anEvent({ uuid: "event-9" }),
      aLogin(1, "ann@example.com"),
      aLogin(2, "bob@example.com"),
    );
    const { page } = await openPage(browser(), `${site.url}/#/events`);
    await page.locator("a.row").nth(2).waitFor();

    await page.locator("summary", { hasText: "Event type" }).click();
    await page.getByText("user.session.start2").waitFor();
    await page.getByLabel("Search event types").fill("session");
    await page.getByRole("checkbox").check();
    await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-1", "event-2"]);
    expect(page.url()).toContain("type=user.session.start");
  });

  it("by the beginning of an actor's login, in which nothing is a pattern", async () => {
    const site = await serve();
    await deliver(site.url, aLogin(1, "a%nn@example.com"), aLogin(2, "ann@example.com"));
    const { page } = await openPage(browser(), `${site.url}/#/events`);
    await page.getByLabel("Actor").fill("A%");
    await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-1"]);
    await page.getByLabel("Actor").fill("ann@");
    await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-2"]);
  });

  it("by outcome, severity and time, and says when nothing fits", async () => {
    const site = await serve();
    await deliver(
      site.url,
      aLogin(1, "ann@example.com", {
        outcome: { result: "FAILURE", reason: "LOCKED_OUT" },
        severity: "WARN",
      }),
      aLogin(2, "bob@example.com"),
      aLogin(60 * 30, "cy@example.com", { outcome: { result: "FAILURE" }, severity: "WARN" }),
    );
    const { page } = await openPage(browser(), `${site.url}/#/events`);
    await page.getByLabel("Outcome").selectOption("FAILURE");
    await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-1", "event-1800"]);
    await page.getByRole("combobox", { name: "Time" }).selectOption("Last hour");
    await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-1"]);
    await page.getByLabel("Severity").selectOption("ERROR");
    await page.getByText("No event fits these filters.").waitFor();
    await page.getByRole("link", { name: "Show all events" }).click();
    await expect.poll(async () => (await rows(page)).length).toBe(3);
  });

  it("by a made-up value gets a clear answer", async () => {
    const site = await serve();
    const { page } = await openPage(browser(), `${site.url}/#/events?from=yesterday`, { callsMayFail: true });
    await page
      .getByRole("alert")
      .getByText(/from.*must be a time such as/)
      .first()
      .waitFor();
  });

  it("by who did it, one press away from an event", async () => {
    const site = await serve();
    await deliver(site.url, aLogin(1, "ann@example.com"), aLogin(2, "bob@example.com"));
    const { page } = await openPage(browser(), `${site.url}/#/events/event-2`);
    await page.getByRole("link", { name: "other events" }).click();
    await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-2"]);
    expect(await page.getByLabel("Actor").inputValue()).toBe("00u2");
  });

  it("by a span drawn across the chart", async () => {
    const site = await serve();
    await deliver(site.url, aLogin(5, "ann@example.com"), aLogin(50, "bob@example.com"));
    const { page } = await openPage(browser(), `${site.url}/#/events?last=1h`);
    await page.getByText("2 events").waitFor();
    await page.locator(".chart .u-over").waitFor();
    // The chart's own box, which stays while its drawing is renewed.
    const box = await page.locator(".chart").boundingBox();
    if (box === null) throw new Error("The chart is not there.");
    await page.mouse.move(box.x + box.width * 0.7, box.y + 20);
    const answered = () => site.answers.filter((answer) => answer.includes("/api/changes")).length;
    // Counted before the press: while it lasts one answer at most is taken, and no further question asked.
    const before = answered();
    await page.mouse.down();
    // What comes while the span is drawn waits until it is, and takes nothing away from it.
    await deliver(site.url, aLogin(4, "cy@example.com"));
    await expect.poll(answered).toBeGreaterThan(before);
    await page.mouse.move(box.x + box.width - 2, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-4", "event-5"]);
    expect(await page.getByRole("combobox", { name: "Time" }).inputValue()).toBe("chosen");
  });
});

it("the chart shows the shortest usual span that holds every event", async () => {
  const site = await serve();
  await deliver(site.url, aLogin(5, "ann@example.com"), aLogin(60 * 23, "bob@example.com"));
  const { page } = await openPage(browser(), `${site.url}/#/events`);
  await page.getByText(/^2 events, .* in steps of 1 h$/).waitFor();
});

it("does not take back what is typed on while the answer is on its way", async () => {
  const site = await serve();
  await deliver(site.url, aLogin(1, "ann@example.com"), aLogin(2, "anna@example.com"));
  const { page } = await openPage(browser(), `${site.url}/#/events`);
  await page.locator("a.row").nth(1).waitFor();
  const field = page.getByLabel("Actor");
  await field.fill("ann");
  // A key in the very moment in which the address changes, before the page is drawn for it.
  await page.evaluate(`addEventListener("hashchange", () => {
    const field = document.activeElement;
    field.value += "a";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }, { once: true })`);
  await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-2"]);
  expect(await field.inputValue()).toBe("anna");
});

it("goes on to older events, page after page", async () => {
  const site = await serve();
  await deliver(
    site.url,
    ...Array.from({ length: 120 }, (_, number) => aLogin(number + 1, "ann@example.com")),
  );
  const { page } = await openPage(browser(), `${site.url}/#/events`);
  await page.getByRole("button", { name: "Show older events" }).click();
  await expect.poll(async () => (await rows(page)).length).toBe(100);
  await page.getByRole("button", { name: "Show older events" }).click();
  await expect.poll(async () => new Set(await rows(page)).size).toBe(120);
  await expect.poll(() => page.getByRole("button", { name: "Show older events" }).count()).toBe(0);
});

it("shows a new event without reloading", async () => {
  const site = await serve();
  await deliver(site.url, aLogin(2, "ann@example.com"));
  const { page } = await openPage(browser(), `${site.url}/#/events`);
  await page.getByRole("link", { name: /ann/ }).waitFor();
  await deliver(site.url, aLogin(1, "bob@example.com"));
  await expect.poll(async () => uuidsOf(await rows(page))).toEqual(["event-1", "event-2"]);
});

it("goes from row to row with the arrow keys, and opens one with Enter", async () => {
  const site = await serve();
  await deliver(site.url, aLogin(1, "ann@example.com"), aLogin(2, "bob@example.com"));
  const { page } = await openPage(browser(), `${site.url}/#/events`);
  await page.getByRole("link", { name: /ann/ }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "user.session.start" }).waitFor();
  expect(page.url()).toContain("/events/event-2");
});

describe("hostile payloads", () => {
  it("are shown as text: no markup, no turned line, no hidden character", async () => {
    const site = await serve();
    const name = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;
    await deliver(
      site.url,
      anEvent({
        uuid: "event-1",
        displayMessage: "Create \u202euser\u0007",
        actor: { id: "00u1", type: "User", alternateId: "a@example.com", displayName: name },
        target: [
          { id: "00u2", type: "User", alternateId: "b@example.com", displayName: "gnp.\u202eexe\u200b" },
        ],
      }),
    );
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
    await page
      .getByRole("article")
      .getByText(`"${name.replaceAll('"', '\\"')}"`)
      .waitFor();

    const text = await page.locator("body").textContent();
    expect(text).toContain(`Who${name}`);
    expect(text).toContain("gnp.\\u202eexe\\u200b");
    for (const hidden of ["\u202e", "\u200b", "\u0007"]) expect(text).not.toContain(hidden);
    expect(await page.locator("main script, main img").count()).toBe(0);
    expect(await page.title()).toBe("Events · Event hooks");
  });

  it("with names from right to left leave the rest of the sentence where it is", async () => {
    const site = await serve();
    const names = { target: "\u05d9\u05e2\u05dc \u05db\u05d4\u05df", actor: "\u0645\u0631\u064a\u0645" };
    const user = (name: string, id: string) => ({ id, type: "User", alternateId: null, displayName: name });
    await deliver(
      site.url,
      anEvent({ uuid: "event-1", actor: user(names.actor, "00u1"), target: [user(names.target, "00u2")] }),
    );
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
    await page.locator(".lead bdi").nth(4).waitFor();
    const isolated = await page.locator(".lead bdi").all();
    const texts = await Promise.all(isolated.map((part) => part.textContent()));
    expect(texts).toEqual(["Create Okta user: ", names.target, " (00u2) by ", names.actor, " (00u1)"]);
    const places = await Promise.all(isolated.map(async (part) => (await part.boundingBox())?.x ?? 0));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it("do not freeze the page with a string of a megabyte", async () => {
    const site = await serve();
    await deliver(
      site.url,
      anEvent({ uuid: "event-1", debugContext: { debugData: { long: `${"x".repeat(1_000_000)}the end` } } }),
    );
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
    await page.getByRole("button", { name: '"debugContext": { 1 key }' }).click();
    await page.getByRole("button", { name: '"debugData": { 1 key }' }).click();
    await page.getByRole("button", { name: /… 998,0\d\d more characters/ }).click();
    await page.getByRole("button", { name: /… 978,0\d\d more characters/ }).waitFor();
  });

  it("do not freeze the page with a key of a megabyte", async () => {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "event-1", ["k".repeat(1_000_000)]: { inner: 1 } }));
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`);
    await page.getByText(/… 999,5\d\d more characters/).waitFor();
    expect((await page.locator(".json-text").textContent())?.length).toBeLessThan(10_000);
  });

  it("of a thousand events in one delivery are listed some at a time", async () => {
    const site = await serve();
    await deliver(
      site.url,
      ...Array.from({ length: 1000 }, (_, number) => aLogin(number + 1, "ann@example.com")),
    );
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("link", { name: /user\.session\.start ×1000/ }).click();
    await page.getByRole("heading", { name: "1,000 new events" }).waitFor();
    expect(await page.locator(".event-item").count()).toBe(50);
    await page.getByRole("button", { name: "Show 50 more of 950 events" }).click();
    await expect.poll(() => page.locator(".event-item").count()).toBe(100);
  });

  it("that have no uuid are kept raw, with what is wrong with them", async () => {
    const site = await serve();
    await deliver(
      site.url,
      anEvent({ uuid: null, displayMessage: "nobody knows me" }),
      anEvent({ uuid: "event-1" }),
    );
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("link", { name: /1 unreadable/ }).click();
    await page.getByText(/At place 1:.*uuid/).waitFor();
    await page.getByText('"nobody knows me"').waitFor();
  });
});
