/** The bad hour: a system behind a handler is down, and comes back. What the page and the terminal say meanwhile, over everything real. */
import { expect, it, vi } from "vitest";
import { anEvent } from "../support/hook-body.ts";
import { typeHook } from "../support/type-hook.ts";
import { openPage } from "./support/open-page.ts";
import { deliver } from "./support/real-api.ts";
import { useSite } from "./support/use-site.ts";

const hr = vi.hoisted(() => ({ isUp: true, told: [] as string[] }));

vi.mock("../../netlify/handlers/index.ts", async () => {
  const { defineHandler } = await import("../../netlify/handler-kit/define-handler.ts");
  const offboard = defineHandler({
    name: "offboard-user",
    on: "user.lifecycle.deactivate",
    handle({ uuid, target }) {
      if (!hr.isUp) throw new Error(`HR answered 503 for ${target?.[0]?.alternateId}`);
      hr.told.push(uuid);
    },
  });
  return { handlers: [offboard] };
});

const { browser, serve } = useSite();

const EVENTS = 40;

it("from the first 503 until all have caught up", async () => {
  const site = await serve();
  const uuids = Array.from({ length: EVENTS }, (_, number) => `event-${number}`);
  const leave = (uuid: string) =>
    anEvent({
      uuid,
      eventType: "user.lifecycle.deactivate",
      target: [
        { id: `00u${uuid}`, type: "User", alternateId: `${uuid}@example.com`, displayName: `Ann ${uuid}` },
      ],
    });
  const { page } = await openPage(browser(), site.url);
  await page.getByText("Live", { exact: true }).waitFor();
  const banner = page.locator(".banner");
  expect(await banner.count()).toBe(0);

  // 503: after twenty failures in a row the circuit opens, and the others wait.
  hr.isUp = false;
  await deliver(site.url, ...uuids.map(leave));
  await site.settled();
  const line = new RegExp(
    `^offboard-user: failing since \\d\\d:\\d\\d, ${EVENTS} runs wait, "HR answered 503 for .+"$`,
  );
  await banner.getByText(line).waitFor();

  // One bug is one group, whomever its errors name.
  await page.getByRole("link", { name: /^Failing/ }).click();
  await page
    .locator(".group")
    .getByText(/^\d+ to be tried again$/)
    .waitFor();
  expect(await page.locator(".group").count()).toBe(1);
  await banner.getByText(line).waitFor();
  await page.getByRole("link", { name: "Health" }).click();
  await page
    .getByRole("table")
    .getByText(/^circuit open until/)
    .waitFor();
  await banner.getByText(line).waitFor();
  const { out } = await typeHook(["handlers", "--url", site.url]);
  expect(out).toContain("offboard-user");
  expect(out).toContain("failing since");

  // Paused meanwhile, its runs stay where they are seen.
  await page.getByRole("link", { name: /^Failing/ }).click();
  await banner.getByRole("button", { name: "Pause handler" }).click();
  await banner.getByRole("button", { name: "Pause offboard-user" }).click();
  await banner.getByText(/^offboard-user: paused since/).waitFor();
  await page
    .locator(".group")
    .getByText(/^paused, \d+ wait$/)
    .waitFor();
  expect(await page.getByText("Nothing fails.").count()).toBe(0);

  // HR is back.
  hr.isUp = true;
  await banner.getByRole("button", { name: "Resume handler" }).click();
  await banner.getByRole("button", { name: "Resume offboard-user" }).click();
  await banner
    .getByText(/^offboard-user: failing since/)
    .or(page.getByText("Nothing fails."))
    .waitFor();
  if ((await banner.count()) > 0) {
    await banner.getByRole("button", { name: "Try all now" }).click();
    await banner.getByRole("button", { name: /^Try \d+ now$/ }).click();
  }
  await page.getByText("Nothing fails.").waitFor();
  await site.settled();
  expect(hr.told.toSorted()).toEqual(uuids.toSorted());
  expect(await banner.count()).toBe(0);
  await page.getByRole("link", { name: "Health" }).click();
  await page.getByRole("table").getByText("healthy", { exact: true }).waitFor();
}, 120_000);
