/** Catch-up fetches what Okta did not deliver of somebody who was forgotten meanwhile. */
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { runDueWork } from "../../../netlify/events/work/run-due-work.ts";
import { sweep } from "../../../netlify/events/work/sweep.ts";
import { realApi } from "../../browser/support/real-api.ts";
import { instanceDatabase } from "../../support/instance-database.ts";
import { HOUR, makeCatchUp } from "../../support/made-catch-up.ts";
import { soon } from "../../support/made-work.ts";
import { startPostgres } from "../../support/postgres.ts";
import { typeHook } from "../../support/type-hook.ts";

afterAll(() => instanceDatabase.close());

test("it is handled as usual, and emptied by the upkeep of the day", async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.destroy());
  const url = await postgres.createDatabase();
  const site = await makeCatchUp(url);
  onTestFinished(() => site.close());
  await site.look();
  await site.happen(["delivered"]);
  await site.happen(["missed"], { delivered: false });
  await runDueWork(site.work, { deadline: soon(site.work) });

  const toOrg = fetch;
  vi.stubEnv("NETLIFY_DB_URL", url);
  vi.spyOn(Date, "now").mockImplementation(site.work.clock.now);
  vi.spyOn(console, "info").mockReturnValue();
  const { api } = realApi("locally");
  vi.stubGlobal("fetch", (asked: URL, init?: RequestInit) => api(new Request(asked, init)));
  await site.work.clock.advance(1_000);
  expect(await typeHook(["forget", "new.user@example.com", "--yes"])).toMatchObject({ code: 0 });

  await site.look(2 * HOUR, { fetch: toOrg });
  await runDueWork(site.work, { deadline: soon(site.work) });
  expect(site.handled).toEqual(["delivered", "missed"]);
  const kept = () => site.work.sql("select uuid, target_login from events where payload is not null");
  expect(await kept()).toEqual([{ uuid: "missed", target_login: "new.user@example.com" }]);

  await site.work.clock.advance(24 * HOUR);
  const deadline = soon(site.work);
  await sweep(site.work, { workDeadline: deadline, deadline, retentionDays: 30 });
  expect(await kept()).toEqual([]);
  expect(await site.work.sql("select target_login from events where uuid = 'missed'")).toEqual([
    { target_login: null },
  ]);
});
