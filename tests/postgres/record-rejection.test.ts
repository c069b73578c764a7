import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../netlify/events/database/database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { type Rejection, recordRejection } from "../../netlify/events/record/record-rejection.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { readRows } from "../support/read-store.ts";

const limit = { timeoutMs: 5_000 };
const rejection: Rejection = {
  receivedAt: new Date("2026-11-24T09:00:00.000Z"),
  method: "POST",
  path: "/okta-webhooks-endpoint",
  status: 401,
  reason: "secret wrong",
  headers: { authorization: "[redacted]" },
};
let postgres: Postgres;
let url: string;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  database = await openNetlifyDatabase({ connectionString: url });
});
afterAll(async () => {
  await database.close();
  await postgres.destroy();
});

describe("recording a refused call", () => {
  it("keeps the last 200 and forgets the rest", async () => {
    for (let call = 1; call <= 205; call += 1) {
      await recordRejection(database, { ...rejection, reason: `call ${call}` }, limit);
    }

    const reasons = (await readRows(url, "select reason from rejections order by id")).map(
      ({ reason }) => reason,
    );
    expect(reasons).toHaveLength(200);
    expect([reasons.at(0), reasons.at(-1)]).toEqual(["call 6", "call 205"]);
  });

  it("takes whatever a stranger may send", async () => {
    const odd = "\0\ud800".repeat(3_000);

    await recordRejection(database, { ...rejection, path: odd, method: odd, headers: { odd } }, limit);

    const [row] = await readRows(url, "select * from rejections order by id desc limit 1");
    expect(row.path.length).toBeLessThanOrEqual(2_048);
    expect(JSON.parse(row.headers)).toEqual({ odd });
  });
});
