/** Watching deliveries arrive, over the real API and a real database. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { useSite } from "./support/use-site.ts";

/** A server of its own: it is stopped. */
let postgres: PostgresServer;
const { browser, serve } = useSite(async () => {
  postgres = await startPostgresServer();
  return postgres;
});

describe("a delivery that comes while the page is open", () => {
  it("appears with its names as text, without reloading", async () => {
    const site = await serve();
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("heading", { name: "Waiting for the first delivery" }).waitFor();
    await deliver(site.url, anEvent());

    const row = page.getByRole("link", { name: /user\.lifecycle\.create/ });
    await row.waitFor();
    expect(await row.textContent()).toMatch(/Jane Doe .*by Ada Admin/);
    expect(await row.textContent()).toMatch(/direct/);
  });

  it("shows how long its answer took once that is known", async () => {
    const site = await serve();
    const { page } = await openPage(browser(), site.url);
    await deliver(site.url, anEvent());
    await page.getByRole("link", { name: /user\.lifecycle\.create.*\d m?s$/ }).waitFor();
  });

  it("is marked as a duplicate when it came before", async () => {
    const site = await serve();
    const { page } = await openPage(browser(), site.url);
    await deliver(site.url, anEvent());
    await deliver(site.url, anEvent());

    await page.getByRole("link", { name: /duplicate/ }).click();
    await page.getByRole("heading", { name: "1 duplicate" }).waitFor();
    await page.getByRole("link", { name: String(anEvent().uuid) }).click();
    await page.getByRole("heading", { name: "user.lifecycle.create" }).waitFor();
  });
});

it("a rejected call appears with its reason", async () => {
  const site = await serve({ environment: { OKTA_HOOK_SECRET: "Basic the-right-one" } });
  const { page } = await openPage(browser(), site.url);
  await page.getByRole("heading", { name: "Waiting for the first delivery" }).waitFor();
  await fetch(`${site.url}/okta-webhooks-endpoint`, {
    headers: { "x-okta-verification-challenge": "prove-it", authorization: "Basic the-wrong-one" },
  });

  await page.getByRole("link", { name: /GET rejected.*401/ }).click();
  await page.getByText("Okta does not repeat such a call.").waitFor();
  expect(await page.getByRole("article").textContent()).toMatch(/authorization/);
  await page.getByText("[redacted]").first().waitFor();
  expect(await page.locator("body").textContent()).not.toContain("the-wrong-one");
});

it("the first visit sends a sample event at a press", async () => {
  const site = await serve();
  const { page } = await openPage(browser(), site.url);
  await page.getByRole("button", { name: "Send a sample event" }).click();
  await page.getByRole("link", { name: /Joe Admin.*Jane Doe/ }).waitFor();
});

it("the first visit copies the endpoint's address", async () => {
  const site = await serve();
  const { page } = await openPage(browser(), site.url, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await page.getByRole("button", { name: "Copy the endpoint's address" }).click();
  await page.getByRole("button", { name: "Copied the endpoint's address" }).waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`${site.url}/okta-webhooks-endpoint`);
});

describe("one delivery, opened", () => {
  it("tells who did what to whom, from where, and shows headers without secrets", async () => {
    const site = await serve();
    await deliver(
      site.url,
      anEvent({
        client: { ipAddress: "203.0.113.42", geographicalContext: { city: "Oslo", country: "Norway" } },
      }),
    );
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("link", { name: /Jane Doe/ }).click();
    const detail = page.getByRole("article");
    await detail.getByText("203.0.113.42 · Oslo, Norway").waitFor();
    const text = await detail.textContent();
    expect(text).toMatch(/Who\s*Ada Admin\s*ada@example\.com/);
    expect(text).toMatch(/To whom\s*User\s*Jane Doe\s*jane@example\.com/);
    expect(text).toMatch(/Outcome\s*SUCCESS/);
    expect(text).toMatch(/content-type\s*application\/json/);
  });

  it("copies the event's JSON exactly as Okta wrote it", async () => {
    const site = await serve();
    const written = `{ "uuid":"${randomUUID()}", "eventType":"user.lifecycle.create",
      "published":"2026-11-02T09:30:00.000Z", "odd":[1e400, 12345678901234567890, -0, "\\u0000\\ud800\\/é"], "odd":2 }`;
    await deliver(site.url, `{"eventType":"com.okta.event_hook","data":{"events":[${written}]}}`);
    const { page } = await openPage(browser(), site.url, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByRole("link", { name: /user\.lifecycle\.create/ }).click();

    const shown = page.locator("figure", { hasText: "1e400" });
    await shown.getByText('"\\u0000\\ud800\\/é"').waitFor();
    await shown.getByText("12345678901234567890").waitFor();
    await shown.getByRole("button", { name: "Copy the event" }).click();
    await shown.getByRole("button", { name: "Copied the event" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(written);
  });

  it("folds and unfolds its JSON", async () => {
    const site = await serve();
    await deliver(site.url, anEvent());
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("link", { name: /Jane Doe/ }).click();
    const actor = page.getByRole("button", { name: '"actor": {' });
    await actor.click();
    await page.getByRole("button", { name: '"actor": { 4 keys }' }).waitFor();
    await page.getByRole("button", { name: "Unfold all" }).first().click();
    await page.getByText('"ada@example.com"').waitFor();
  });

  it.each(["424242", "nonsense"])("is said not to exist where its address is made up (%s)", async (id) => {
    const site = await serve();
    const { page } = await openPage(browser(), `${site.url}/#/deliveries/${id}`, { callsMayFail: true });
    await page.getByRole("alert").getByText("No delivery has this id.").waitFor();
  });
});

it("says that the connection is lost, and goes on when the server is back", async () => {
  const first = await serve();
  const { page } = await openPage(browser(), first.url, { callsMayFail: true });
  await page.getByText("Live", { exact: true }).waitFor();
  await first.stop();
  await page.getByText(/Connection lost\. .*Trying every 2 s\./).waitFor();

  const second = await serve({ port: first.port });
  await page.getByText("Connected again").waitFor();
  await deliver(second.url, anEvent());
  await page.getByRole("link", { name: /Jane Doe/ }).waitFor();
});

it("says what is wrong when the store does not answer", async () => {
  const site = await serve();
  await deliver(site.url, anEvent());
  const { page } = await openPage(browser(), site.url, { callsMayFail: true });
  await page.getByRole("link", { name: /Jane Doe/ }).waitFor();
  await postgres.stop();
  await page.getByText(/Connection lost\./).waitFor();
  // What is known stays on the screen.
  expect(await page.getByRole("link", { name: /Jane Doe/ }).count()).toBe(1);
  await postgres.restart();
  await page.getByText("Connected again").waitFor();
});
