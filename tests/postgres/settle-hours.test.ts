/** The ledger of a large org: more than one statement may sum up. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../netlify/events/database/database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { settleHours } from "../../netlify/events/ledger/settle-hours.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const org = "example.okta.com";
const now = new Date("2026-11-24T12:00:00.000Z");
const HOURS = 60;
const EACH = 500;

let postgres: Postgres;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await openNetlifyDatabase({ connectionString: await postgres.createDatabase() });
});
afterAll(async () => {
  await database.close();
  await postgres.destroy();
});

const sql = async (text: string, values: readonly unknown[] = []) =>
  (await database.query<Record<string, unknown>>(text, values, { timeoutMs: 20_000 })).rows;

/** Sixty hours of five hundred events; in each one was fetched and never delivered, and one was fetched and then delivered. */
beforeEach(async () => {
  await sql("truncate deliveries, events, log_events, ledger_hours restart identity");
  await sql(
    `insert into deliveries (received_at, origin, headers, unreadable_count, event_count, new_count, duplicate_uuids)
     select $1::timestamptz - n * interval '1 hour', origin, '{}', 0, 0, 0,
       case when again then array['event-' || n || '-2'] else '{}' end
     from generate_series($2::int, 1, -1) as n,
       (values ('okta', false), ('system-log', false), ('okta', true)) as kinds (origin, again)`,
    [now.toISOString(), HOURS],
  );
  await sql(
    `insert into events (uuid, delivery_id, position, published, received_at, event_type)
     select 'event-' || n || '-' || e, ($2::int - n) * 3 + case when e < 3 then 2 else 1 end, e,
       $1::timestamptz - n * interval '1 hour', $1::timestamptz - n * interval '1 hour', 'user.session.start'
     from generate_series(1, $2::int) as n, generate_series(1, $3::int) as e`,
    [now.toISOString(), HOURS, EACH],
  );
  await sql(
    "insert into log_events select uuid, $1, date_trunc('hour', published, 'UTC'), false from events",
    [org],
  );
  await sql("insert into ledger_hours (org, hour) select distinct org, hour from log_events");
});

const sums = async () => {
  const [row] = await sql(
    `select count(*)::int as hours, sum(in_log)::int as log, sum(in_time)::int as time, sum(late)::int as late,
       sum(missed)::int as missed from ledger_hours where in_log > 0`,
  );
  return row;
};

describe("settling the ledger", () => {
  it("sums up every open hour, however many events they have", async () => {
    const settled = await settleHours(database, org, now, () => true);
    expect(settled.missed).toBe(HOURS);
    expect(await sums()).toEqual({
      hours: HOURS,
      log: HOURS * EACH,
      time: HOURS * (EACH - 2),
      late: HOURS,
      missed: HOURS,
    });
  });

  it("leaves what its time is too short for to the next look, and says so", async () => {
    const settled = await settleHours(database, org, now, () => false);
    expect(settled.waiting).toBe(true);
    const first = await sums();
    expect(first?.hours).toBeGreaterThan(0);
    expect(first?.hours).toBeLessThan(HOURS);
    const [newest] = await sql("select in_log from ledger_hours order by hour desc limit 1");
    expect(newest).toEqual({ in_log: EACH });

    let looks = 0;
    while ((await sums())?.hours !== HOURS && looks < 10) {
      looks += 1;
      await settleHours(database, org, now, () => true);
    }
    expect(await sums()).toMatchObject({ hours: HOURS, missed: HOURS });
  });
});
