/** `hook -- sync` with the README's sync, over the site's own functions, a real Postgres and an org. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Handler } from "../../../netlify/handler-kit/define-handler.ts";
import { type RealApi, realApi } from "../../browser/support/real-api.ts";
import { type StandInOrg, startOrg } from "../../okta/stand-in/start-org.ts";
import { type Blobs, startBlobs } from "../../support/blobs.ts";
import { instanceDatabase } from "../../support/instance-database.ts";
import { type Postgres, startPostgres, withClient } from "../../support/postgres.ts";
import { emptyStore } from "../../support/read-store.ts";
import people from "../../support/recipes/people.ts";
import { serviceApp, serviceAppSettings } from "../../support/service-app.ts";
import { typeHook } from "../../support/type-hook.ts";

const registered: { handlers: Handler[] } = vi.hoisted(() => ({ handlers: [] }));
vi.mock("../../../netlify/handlers/index.ts", () => registered);

let postgres: Postgres;
let database: string;
let owners: string;
let blobs: Blobs;
let org: StandInOrg;
let site: RealApi;
let environment: Record<string, string>;
/** Stands between the command and the site. */
let beforeCall: (path: string) => void;

beforeAll(async () => {
  postgres = await startPostgres();
  [database, owners] = [await postgres.createDatabase(), await postgres.createDatabase()];
  const table = /^```sql\n([\s\S]+?)```$/m.exec(
    await import("../../support/pages.ts").then(({ readPage }) => readPage("netlify/handlers/recipes.md")),
  );
  await withClient(owners, (client) => client.query(table?.[1] ?? ""));
});
afterAll(() => postgres.destroy());
beforeEach(async () => {
  await emptyStore(database);
  await withClient(database, (client) => client.query("truncate sync_entries"));
  await withClient(owners, (client) => client.query("truncate people"));
  vi.stubEnv("NETLIFY_DB_URL", database);
  for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
  registered.handlers = [people];
  org = await startOrg({ serviceApp: { ...serviceApp, scopes: ["okta.users.read"] } });
  blobs = await startBlobs();
  vi.stubEnv("NETLIFY_BLOBS_CONTEXT", blobs.context);
  const settings = serviceAppSettings(org);
  const names = ["OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY"];
  environment = {
    ...Object.fromEntries(names.map((name) => [name, settings(name) ?? ""])),
    APP_DATABASE_URL: owners,
    NETLIFY_BLOBS_CONTEXT: blobs.context,
  };
  site = realApi("locally", environment);
  beforeCall = () => {};
  const real = fetch;
  vi.stubGlobal("fetch", (input: URL | string, init?: RequestInit) => {
    if (new URL(input).host !== "localhost:1337") return real(input, init);
    beforeCall(new URL(input).pathname);
    return site.api(new Request(input, init));
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await instanceDatabase.close();
  await org[Symbol.asyncDispose]();
  await blobs.stop();
});

const hire = (count: number) => Array.from({ length: count }, () => org.directory.create().id);
const host = () => new URL(org.url).host;
const statuses = async () =>
  await withClient(owners, async (client) => {
    const { rows } = await client.query("select status, count(*)::int from people group by 1 order by 1");
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  });
const sync = async (...words: string[]) => {
  const { lines, code } = await typeHook(["sync", ...words]);
  return { lines, code };
};

describe("sync people", () => {
  test("loads everybody into the table", async () => {
    hire(250);
    expect(await sync("people")).toEqual({
      lines: [`${host()}: 250 users listed, 250 new or changed and applied, 0 gone and removed.`],
      code: 0,
    });
    expect(await statuses()).toEqual({ ACTIVE: 250 });
  });

  test("says with --dry-run what it would do, and does nothing", async () => {
    hire(3);
    expect(await sync("people", "--dry-run")).toEqual({
      lines: [`${host()}: 3 users listed, 3 new or changed, 0 not in the list: nothing was applied.`],
      code: 0,
    });
    expect(await statuses()).toEqual({});
  });

  test("asks before it removes more than a tenth", async () => {
    const [first = "", second = ""] = hire(10);
    await sync("people");
    org.directory.delete(first);
    org.directory.delete(second);
    const who = `2 of the 10 users that people keeps in step are not in the list`;
    expect(await sync("people")).toEqual({
      lines: [
        `? ${who} of ${host()} any more. Ask for each by its id, and remove who is gone?`,
        `${who}: give --yes to remove who is gone.`,
      ],
      code: 1,
    });
    expect(await statuses()).toEqual({ ACTIVE: 10 });
    expect((await sync("people", "--yes")).lines).toEqual([
      `${host()}: 8 users listed, 0 new or changed and applied, 2 gone and removed.`,
    ]);
    expect(await statuses()).toEqual({ ACTIVE: 8, DELETED: 2 });
  });

  test("says what failed, and the same command tries again", async () => {
    hire(3);
    await withClient(owners, (client) => client.query("alter table people rename to away"));
    const { lines, code } = await sync("people");
    expect([lines.length, code]).toEqual([2, 1]);
    expect(lines[1]).toMatch(/^3 users failed, the first with: error: relation "people" does not exist/);
    await withClient(owners, (client) => client.query("alter table away rename to people"));
    expect((await sync("people")).code).toBe(0);
    expect(await statuses()).toEqual({ ACTIVE: 3 });
  });

  test("goes on where a slice that was cut off had begun", async () => {
    hire(450);
    org.directory.fail = () => {
      org.directory.fail = undefined;
      return { status: 429, headers: { "x-rate-limit-reset": String(Math.floor(Date.now() / 1000) + 30) } };
    };
    let calls = 0;
    beforeCall = () => {
      calls += 1;
      if (calls === 2) throw new TypeError("fetch failed");
    };
    expect((await sync("people")).code).toBe(1);
    beforeCall = () => {};
    expect((await sync("people")).lines.at(-1)).toContain("450 users listed, 450 new or changed");
  });

  test("is told by `handlers`: how many are in step, since when", async () => {
    expect((await typeHook(["handlers"])).lines).toContain(
      `  0 in step  Nobody was loaded from ${host()} yet: npm run hook -- sync people`,
    );
    hire(4);
    await sync("people");
    expect((await typeHook(["handlers"])).lines.join("\n")).toMatch(
      /4 in step {2}Compared with \S+: 4 listed, 4 applied, 0 removed, 0 failed\. Last compared 20/,
    );
  });

  test("is refused while the sync is paused", async () => {
    await typeHook(["pause", "people"]);
    expect((await sync("people")).lines).toEqual([
      "people is paused, so nothing is applied: npm run hook -- resume people",
    ]);
    await typeHook(["resume", "people"]);
  });

  test("is refused for a name that no sync has, and without an org", async () => {
    expect((await sync("persons")).lines).toEqual([
      "No sync has this name. `npm run hook -- handlers` lists them.",
    ]);
    environment.OKTA_ORG_URL = "";
    const { lines } = await sync("people");
    expect(lines.join()).toContain("The org is not set: OKTA_ORG_URL");
  });
});

describe("a sync that was renamed", () => {
  test("is told as orphaned, and dropped by the command that is named", async () => {
    hire(2);
    await sync("people");
    registered.handlers = [];
    expect((await typeHook(["handlers"])).lines.join("\n")).toContain("npm run hook -- sync people --drop");
    expect((await sync("people", "--drop", "--yes")).lines).toEqual([
      "2 rows of people were forgotten here. Your own table is as it was.",
    ]);
    expect((await typeHook(["handlers"])).lines.join("\n")).not.toContain("--drop");
    expect(await statuses()).toEqual({ ACTIVE: 2 });
  });

  test("is not dropped while it is in index.ts", async () => {
    expect((await sync("people", "--drop", "--yes")).lines).toEqual([
      "people is a sync of index.ts: only one that is no more can be dropped.",
    ]);
  });
});

test("forget removes the person's row here, and says whose the table is", async () => {
  const [first = ""] = hire(2);
  await sync("people");
  const { lines } = await typeHook(["forget", first, "--yes"]);
  expect(lines.join("\n")).toContain(
    "What your handlers wrote elsewhere, a sync's table for one, is yours to forget.",
  );
  await withClient(database, async (client) => {
    const { rows } = await client.query("select id from sync_entries where id = $1", [first]);
    expect(rows).toEqual([]);
  });
});
