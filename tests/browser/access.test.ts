/** Who gets in where it is deployed, through the API's real functions. */
import { describe, expect, it, onTestFinished } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { type ServedPage, servePage } from "./support/serve-page.ts";
import { useSite } from "./support/use-site.ts";

const { browser, serve } = useSite();
const password = "correct horse battery staple";

/** How the API answered. */
const repliesOf = ({ answers }: ServedPage) => answers.filter((answer) => answer.includes("/api/"));

/** A deployed site that received one event (it came while the endpoint was called locally). */
async function deployed(environment: Readonly<Record<string, string>>) {
  const local = await serve();
  await deliver(local.url, anEvent({ uuid: "event-1" }));
  return serve({ where: "deployed", environment });
}

describe("a deployed site", () => {
  it("shows nothing before the password, and says that a wrong one is wrong", async () => {
    const site = await deployed({ INSPECTOR_PASSWORD: password });
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`, { callsMayFail: true });
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("That is not the password.").waitFor();
    expect(await page.locator("body").textContent()).not.toContain("Jane");
    expect(site.calls.filter((call) => !call.includes("/api/session"))).toEqual([]);
  });

  it("opens with the password, at the view that was asked for, until signing out", async () => {
    const site = await deployed({ INSPECTOR_PASSWORD: password });
    // A poll that is on its way while somebody signs out is answered 401, and the browser says so.
    const { page } = await openPage(browser(), `${site.url}/#/events/event-1`, { callsMayFail: true });
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "user.lifecycle.create" }).waitFor();
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({
      name: "__Host-inspector",
      httpOnly: true,
      secure: true,
      sameSite: "Strict",
    });

    await page.reload();
    await page.getByRole("heading", { name: "user.lifecycle.create" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });

  it("asks for the password again once the session has ended", async () => {
    const site = await deployed({ INSPECTOR_PASSWORD: password });
    const { page } = await openPage(browser(), site.url, { callsMayFail: true });
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /Jane Doe/ }).waitFor();
    await page.context().clearCookies();
    await page.getByRole("link", { name: /Jane Doe/ }).click();
    await page.getByLabel("Password").waitFor();
    expect(await page.locator("body").textContent()).not.toContain("Jane");
  });

  it.each([
    ["without a password", {}],
    ["with one that is too short", { INSPECTOR_PASSWORD: "fifteen letters" }],
  ])("%s is closed, and says what to set", async (_, environment) => {
    const site = await deployed(environment);
    const { page } = await openPage(browser(), site.url);
    await page.getByRole("heading", { name: "This page is closed" }).waitFor();
    expect(await page.locator("main").textContent()).toContain("INSPECTOR_PASSWORD");
    expect(await page.getByLabel("Password").count()).toBe(0);
  });
});

it("over plain http signing in says why it cannot, and where it can", async () => {
  const site = await serve({ where: "deployed", environment: { INSPECTOR_PASSWORD: password } });
  const { page } = await openPage(browser(), site.url, {
    before: 'Object.defineProperty(window, "isSecureContext", { value: false })',
  });
  await page.getByRole("heading", { name: "Signing in needs https" }).waitFor();
  expect(await page.getByLabel("Password").count()).toBe(0);
  expect(await page.locator("main a").getAttribute("href")).toMatch(/^https:/);
});

describe("a page of another site, open on the developer's own machine", () => {
  /** The other site is 127.0.0.1: to a browser another site than localhost. */
  async function attack(script: string) {
    const site = await serve();
    await deliver(site.url, anEvent({ uuid: "event-1" }));
    const html = "<!doctype html><title>Win a prize</title>";
    const attacker = await servePage(() => new Response(html, { headers: { "content-type": "text/html" } }));
    onTestFinished(attacker.stop);
    const { page } = await openPage(browser(), `http://127.0.0.1:${attacker.port}/api/prize`, {
      callsMayFail: true,
      othersMayBeAsked: true,
    });
    const seen = await page.evaluate(script.replaceAll("SITE", `${site.url}/api`));
    return { seen, site, page };
  }

  it("can neither read nor replay by calling", async () => {
    const { seen, site } = await attack(`(async () => {
      const seen = [];
      for (const [path, options] of [
        ["events", { mode: "no-cors" }],
        ["events", {}],
        ["events/event-1/replay", { method: "POST", body: "{}", mode: "no-cors" }],
        ["events/event-1/replay", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }],
      ]) {
        try {
          const response = await fetch("SITE/" + path, options);
          seen.push(response.type === "opaque" ? "nothing to read" : await response.text());
        } catch { seen.push("stopped by the browser"); }
      }
      return seen;
    })()`);
    for (const told of Array.isArray(seen) ? seen : [seen]) {
      expect(["nothing to read", "stopped by the browser"]).toContain(told);
    }
    expect(repliesOf(site)).toContain("GET /api/events 403");
    expect(repliesOf(site).filter((reply) => !/ (?:403|405)$/.test(reply))).toEqual([]);
  });

  it("cannot replay by sending a form", async () => {
    const { site, page } = await attack(`(() => {
      const form = document.createElement("form");
      form.method = "post";
      form.enctype = "text/plain";
      form.action = "SITE/events/event-1/replay";
      document.body.append(form);
      form.submit();
    })()`);
    await page.waitForURL(/replay/);
    await expect.poll(() => repliesOf(site)).toEqual(["POST /api/events/event-1/replay 403"]);
  });
});
