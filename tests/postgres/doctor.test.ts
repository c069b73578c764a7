import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examineDatabase } from "../../netlify/events/database/examine-database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.destroy());

const since = new Date("2026-11-24T08:00:00Z");

describe("the doctor's look into the database", () => {
  test("lists the migrations that were applied", async () => {
    const health = await examineDatabase(await postgres.createDatabase(), undefined, undefined);
    expect(health).toMatchObject({ kind: "ready", deliveries: 0 });
    expect(health.kind === "ready" && health.applied).toContain("20261201000000_baseline");
  });

  test("finds none in a database where nothing was applied", async () => {
    const url = await postgres.createDatabase({ migrated: false });
    expect(await examineDatabase(url, "who1", since)).toEqual({
      kind: "ready",
      applied: [],
      deliveries: 0,
      refused: undefined,
    });
  });

  test("counts what Okta or Hookdeck brought from one hook since it was changed: our previews prove nothing", async () => {
    const url = await postgres.createDatabase();
    const database = await openNetlifyDatabase({ connectionString: url });
    const rows = [
      ["who1", "okta", "2026-11-24T08:00:01Z"],
      ["who1", "hookdeck", "2026-11-24T09:00:00Z"],
      ["who1", "preview", "2026-11-24T09:00:00Z"],
      ["who1", "okta", "2026-11-24T07:59:59Z"],
      ["who2", "okta", "2026-11-24T09:00:00Z"],
    ];
    for (const [hookId, origin, receivedAt] of rows) {
      await database.query(insert, [hookId, origin, receivedAt], { timeoutMs: 5000 });
    }
    await database.close();
    expect(await examineDatabase(url, "who1", since)).toMatchObject({ deliveries: 2 });
  });

  test("finds the latest POST that was refused, unless a delivery was accepted since", async () => {
    const url = await postgres.createDatabase();
    const database = await openNetlifyDatabase({ connectionString: url });
    const refuse = (method: string, at: string) =>
      database.query(
        "insert into rejections (received_at, method, path, status, reason, headers) values ($1, $2, '/', 401, 'secret', '{}')",
        [at, method],
        { timeoutMs: 5000 },
      );
    await refuse("POST", "2026-11-24T09:00:00Z");
    await refuse("GET", "2026-11-24T09:30:00Z");
    const refused = { at: new Date("2026-11-24T09:00:00Z"), status: 401, reason: "secret" };
    expect(await examineDatabase(url, undefined, undefined)).toMatchObject({ refused });
    await database.query(insert, ["who1", "okta", "2026-11-24T09:00:01Z"], { timeoutMs: 5000 });
    expect(await examineDatabase(url, undefined, undefined)).toMatchObject({ refused: undefined });
    await database.close();
  });

  test("one that reads and does not write fails: its disk is full, say", async () => {
    const url = await postgres.createDatabase();
    const readOnly = `${url}${url.includes("?") ? "&" : "?"}options=-c%20default_transaction_read_only%3Don`;
    expect(await examineDatabase(readOnly, undefined, undefined)).toEqual({ kind: "failing", code: "25006" });
    expect(await examineDatabase(url, undefined, undefined)).toMatchObject({ kind: "ready" });
  });

  test("a database that is not there is not running, one that refuses us fails", async () => {
    expect(await examineDatabase(undefined, undefined, undefined)).toEqual({ kind: "not-running" });
    expect(await examineDatabase("postgres://127.0.0.1:9/none", undefined, undefined)).toEqual({
      kind: "not-running",
    });
    const url = await postgres.createDatabase();
    expect(await examineDatabase(`${url}_gone`, undefined, undefined)).toEqual({
      kind: "failing",
      code: "3D000",
    });
  });
});

const insert = `insert into deliveries
  (hook_id, origin, received_at, headers, unreadable_count, event_count, new_count, duplicate_uuids)
  values ($1, $2, $3, '{}', 0, 0, 0, '{}')`;
