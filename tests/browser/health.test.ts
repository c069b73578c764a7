/** Health and the set-up, beside an org that answers as Okta's does: over the real API, sweep and database. */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { startOrg } from "../okta/stand-in/start-org.ts";
import { startBlobs } from "../support/blobs.ts";
import { makeEvent } from "../support/deliveries.ts";
import { openPage } from "./support/open-page.ts";
import { useSite } from "./support/use-site.ts";

const site = vi.hoisted(() => ({ handlers: [] as { name: string }[] }));
vi.mock("../../netlify/handlers/index.ts", () => ({ handlers: site.handlers }));

const { defineHandler } = await import("../../netlify/handler-kit/define-handler.ts");
const aHandler = (name: string) =>
  defineHandler({ name, on: "user.lifecycle.create", handle: () => undefined });

const { browser, serve } = useSite();

const SECRET = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
const HOUR_MS = 3_600_000;
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** An org with the site's app, and what the site has to know of it. */
async function anOrg() {
  let leadsTo = "";
  const org = await startOrg({
    // Okta takes https only; here the address leads to the served site.
    resolve: () => leadsTo,
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.read", "okta.logs.read"],
    },
    timeoutMs: 10_000,
  });
  onTestFinished(async () => {
    await org[Symbol.asyncDispose]();
    expect(org.violations).toEqual([]);
  });
  // What the sweep saw last is kept there.
  const blobs = await startBlobs();
  onTestFinished(blobs.stop);
  const environment: Record<string, string> = {
    NETLIFY_BLOBS_CONTEXT: blobs.context,
    OKTA_ORG_URL: org.url,
    OKTA_CLIENT_ID: "0oaApp",
    OKTA_PRIVATE_KEY: JSON.stringify(privateKey.export({ format: "jwk" })),
    CATCH_UP: "on",
  };
  const createHook = (siteUrl: string) => {
    leadsTo = `${siteUrl}/okta-webhooks-endpoint`;
    const { body } = org.state.create({
      name: "New user event hook",
      events: { type: "EVENT_TYPE", items: ["user.lifecycle.create"] },
      channel: {
        type: "HTTP",
        version: "1.0.0",
        config: {
          uri: "https://site.example/okta-webhooks-endpoint",
          authScheme: { type: "HEADER", key: "authorization", value: SECRET },
        },
      },
    });
    const hook = org.state.hooks.get(Object(body).id);
    if (hook === undefined) throw new Error("The stand-in made no hook.");
    return hook;
  };
  return { org, environment, createHook };
}

/** Somebody who is told alerts, and takes them or does not. */
async function aReceiver() {
  const receiver = { url: "", takes: true };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(receiver.takes ? 204 : 500).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return receiver;
}

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

it("health says what Okta did not deliver, who was told, what could not be told, and that the hook gets no events", async () => {
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
  expect(await missed.locator(".tag").textContent()).toBe("told");
  const silent = alerts.filter({ hasText: "ACTIVE, UNVERIFIED: it gets no events" });
  expect(await silent.textContent()).toMatch(/could not be told.*500/);
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
