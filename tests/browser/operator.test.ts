/** What an operator does on the page: pausing a handler, and forgetting a person. Over the real API, database and queue. */
import { describe, expect, it, vi } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { withClient } from "../support/postgres.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { useSite } from "./support/use-site.ts";

const greeted = vi.hoisted(() => ({ uuids: [] as string[] }));

vi.mock("../../netlify/handlers/index.ts", async () => {
  const { defineHandler } = await import("../../netlify/handler-kit/define-handler.ts");
  const greet = defineHandler({
    name: "greet",
    on: "user.lifecycle.create",
    handle: ({ uuid }) => void greeted.uuids.push(uuid),
  });
  return { handlers: [greet] };
});

const { browser, serve } = useSite();

describe("a handler", () => {
  it("is paused and resumed on the page; its runs wait in between, and say so", async () => {
    greeted.uuids = [];
    const site = await serve();
    const { page } = await openPage(browser(), `${site.url}/#/health`);
    const handlers = page.getByRole("table");
    await handlers.getByText("healthy", { exact: true }).waitFor();
    await handlers.getByRole("button", { name: "Pause handler" }).click();
    await handlers.getByRole("button", { name: "Pause greet" }).click();
    await handlers.getByText(/^paused since/).waitFor();
    await deliver(site.url, anEvent({ uuid: "event-1" }));
    await site.settled();
    expect(greeted.uuids).toEqual([]);

    await page.goto(`${site.url}/#/events/event-1`);
    await page.locator(".runs li").filter({ hasText: "greet" }).getByText("handler paused").waitFor();

    await page.goto(`${site.url}/#/health`);
    await handlers.getByText("1 waiting").waitFor();
    await handlers.getByRole("button", { name: "Resume handler" }).click();
    await handlers.getByRole("button", { name: "Resume greet" }).click();
    await handlers.getByRole("button", { name: "Pause handler" }).waitFor();
    await site.settled();
    expect(greeted.uuids).toEqual(["event-1"]);
    await handlers.getByText("100% of 1").waitFor();
    await handlers.getByText("nothing waits").waitFor();
  });
});

describe("a person", () => {
  it("is counted, then forgotten after a question", async () => {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "event-1" }));
    await site.settled();
    const { page } = await openPage(browser(), `${site.url}/#/health`);
    await page.getByLabel("Login or Okta id").fill("jane@example.com");
    await page.getByRole("button", { name: "Count what is stored" }).click();
    await page.getByText(/Stored of .*Jane Doe.*: 1 event/).waitFor();
    await page.getByText("jane@example.com (Jane Doe, 00ujane): 1 event").waitFor();
    await page.getByRole("button", { name: "Forget them" }).click();
    await page.getByRole("button", { name: "Forget this person" }).click();
    await page.getByText(/^Forgotten: 1 event/).waitFor();
    const left = await withClient(process.env.NETLIFY_DB_URL ?? "", (client) =>
      client.query("select payload, target_login from events"),
    );
    expect(left.rows).toEqual([{ payload: null, target_login: null }]);
    await page.getByRole("button", { name: "Count what is stored" }).click();
    await page.getByText("Nothing is stored of them.").waitFor();
  });

  it("is not forgotten in place of another who is typed meanwhile", async () => {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "event-1" }));
    await site.settled();
    const { page } = await openPage(browser(), `${site.url}/#/health`);
    const field = page.getByLabel("Login or Okta id");
    await field.fill("jane@example.com");
    const counted = page.waitForResponse(/\/api\/forget/);
    // In one go: the answer is on its way while another is typed.
    await page.evaluate(`{
      const field = document.querySelector("#who");
      field.form.requestSubmit();
      field.value = "ada@example.com";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }`);
    await counted;
    await page.getByRole("button", { name: "Count what is stored", disabled: false }).waitFor();
    expect(await page.getByRole("button", { name: "Forget them" }).count()).toBe(0);
    await page.getByRole("button", { name: "Count what is stored" }).click();
    await page.getByText(/Stored of .*Ada Admin/).waitFor();
    await page.getByRole("button", { name: "Forget them" }).waitFor();
  });
});
