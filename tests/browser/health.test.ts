/** Health and the set-up, beside an org that answers as Okta's does: over the real API, sweep and database. */
import { expect, it, vi } from "vitest";
import { makeEvent } from "../support/deliveries.ts";
import { anOrg, aReceiver, SECRET } from "./support/an-org.ts";
import { openPage } from "./support/open-page.ts";
import { useSite } from "./support/use-site.ts";

const site = vi.hoisted(() => ({ handlers: [] as { name: string }[] }));
vi.mock("../../netlify/handlers/index.ts", () => ({ handlers: site.handlers }));

const { defineHandler } = await import("../../netlify/handler-kit/define-handler.ts");
const aHandler = (name: string) =>
  defineHandler({ name, on: "user.lifecycle.create", handle: () => undefined });

const { browser, serve } = useSite();

const HOUR_MS = 3_600_000;

it("the set-up is ticked off step by step while the page is open, and gone after Okta's first delivery", async () => {
  site.handlers.splice(0, Number.POSITIVE_INFINITY, aHandler("greet-new-user"));
  const { org, environment, createHook } = await anOrg();
  const served = await serve({ environment });
  const { page } = await openPage(browser(), served.url);
  const done = () => page.locator(".steps > li.done h3").allTextContents();
  await page.getByRole("heading", { name: "Set the secret" }).waitFor();
  expect(await page.locator(".steps > li").count()).toBe(5);
  expect(await done()).toEqual([]);

  environment.OKTA_HOOK_SECRET = SECRET;
  const hook = createHook(served.url);
  await served.sweep();
  await expect.poll(done).toEqual(["Set the secret done", "Create the event hook done"]);

  expect(await org.state.verify(hook.id)).toMatchObject({ status: 200 });
  site.handlers.push(aHandler("offboard-user"));
  await served.sweep();
  await expect
    .poll(done)
    .toEqual(["Set the secret done", "Create the event hook done", "Verify it done", "Write a handler done"]);

  const published = new Date().toISOString();
  expect(await org.emit([makeEvent("event-1", { published })])).toEqual([204]);
  await page.getByRole("link", { name: /user\.lifecycle\.create/ }).waitFor();
  await page.getByRole("link", { name: "Health" }).click();
  await page.getByRole("heading", { name: /^Event hook in Okta delivers/ }).waitFor();
  await page.getByLabel("Login or Okta id").waitFor();
  expect(await page.getByRole("heading", { name: "Set the secret" }).count()).toBe(0);
}, 120_000);

it("health says what Okta did not deliver, who was told, what could not be sent, and that the hook gets no events", async () => {
  site.handlers.splice(0, Number.POSITIVE_INFINITY, aHandler("greet-new-user"));
  const { org, environment, createHook } = await anOrg();
  const receiver = await aReceiver();
  Object.assign(environment, {
    OKTA_HOOK_SECRET: SECRET,
    ALERT_URL: receiver.url,
    ALERT_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
  });
  const served = await serve({ environment });
  const hook = createHook(served.url);
  await org.state.verify(hook.id);

  // On the hour: the ledger tells of whole hours.
  const now = Date.now();
  const hoursAgo = (hours: number) => Math.floor(now / HOUR_MS) * HOUR_MS - hours * HOUR_MS;
  const happen = async (hours: number, uuid: string, how?: { deliver: boolean }) => {
    org.log.now = () => hoursAgo(hours) + 60_000;
    const published = new Date(org.log.now()).toISOString();
    return await org.emit([makeEvent(uuid, { published })], how);
  };
  org.log.now = () => hoursAgo(6);
  await served.sweep();
  expect(await happen(5, "delivered")).toEqual([204]);
  await happen(4, "missed-1", { deliver: false });
  await happen(4, "missed-2", { deliver: false });
  org.log.now = () => Date.now();
  await served.sweep();
  receiver.takes = false;
  hook.verificationStatus = "UNVERIFIED";
  await served.sweep();

  const { page } = await openPage(browser(), `${served.url}/#/health`);
  await page
    .getByText(/^3 of 3 events of the \d hours compared .* are here; 2 came from the System Log/)
    .waitFor();
  expect(await page.locator(".hours .missed").allTextContents()).toEqual([
    expect.stringMatching(/: 2 recovered from the System Log$/),
  ]);
  expect(await page.locator(".hours .well").count()).toBeGreaterThan(2);
  const alerts = page.getByRole("list", { name: "What is wrong" }).getByRole("listitem");
  const missed = alerts.filter({ hasText: "Okta did not deliver 2 events" });
  expect(await missed.locator(".tag").textContent()).toBe("sent");
  const silent = alerts.filter({ hasText: "ACTIVE, UNVERIFIED: it gets no events" });
  expect(await silent.textContent()).toMatch(/could not be sent.*500/);
  await page.getByRole("heading", { name: "Event hook in Okta does not deliver" }).waitFor();
  const card = page.locator(".card", { hasText: "Event hook in Okta" });
  await card.getByText("npm run hook -- okta verify").waitFor();
  await page.getByText("Told to webhook at 127.0.0.1").waitFor();

  // Mended: the page says so without reloading.
  await org.state.verify(hook.id);
  receiver.takes = true;
  await served.sweep();
  await page.getByRole("heading", { name: "Event hook in Okta delivers" }).waitFor();
  await expect.poll(() => alerts.filter({ hasText: "UNVERIFIED" }).count()).toBe(0);
}, 120_000);
