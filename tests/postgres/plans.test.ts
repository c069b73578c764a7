/**
 * What the statements read in a store that Postgres never analysed, which is how a new one is for its first minutes and a growing one
 * again and again: never a whole table, and in a large store no more than in a small one.
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../netlify/base/clock.ts";
import type { Database } from "../../netlify/events/database/database.ts";
import { checkLateEvents } from "../../netlify/events/forget/check-late-events.ts";
import { forgetPerson } from "../../netlify/events/forget/forget-person.ts";
import { recordLogEvents } from "../../netlify/events/ledger/record-log-events.ts";
import { settleHours } from "../../netlify/events/ledger/settle-hours.ts";
import { countActivity } from "../../netlify/events/queries/count-activity.ts";
import { countEventTypes } from "../../netlify/events/queries/count-event-types.ts";
import { findDelivery, listDeliveries, listNewDeliveries } from "../../netlify/events/queries/deliveries.ts";
import { findEvent, listEventsOfDelivery } from "../../netlify/events/queries/events.ts";
import { listEvents } from "../../netlify/events/queries/list-events.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import {
  countFailingRuns,
  groupFailingRuns,
  hurryRetries,
  listFailingRuns,
} from "../../netlify/events/work/queue/failing-runs.ts";
import { readHandlerHealth } from "../../netlify/events/work/queue/handler-health.ts";
import { listRuns } from "../../netlify/events/work/queue/list-runs.ts";
import { summarizeDeliveryRuns, summarizeEventRuns } from "../../netlify/events/work/queue/run-summaries.ts";
import { replay, replayDeadLetters } from "../../netlify/events/work/replay.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";

const DAY = 86_400_000;
const [SMALL, LARGE] = [1_000, 100_000];
/** An index of a hundred times the entries is a level or two deeper. */
const TIMES_AS_MUCH = 3;
const PAGES_MORE = 60;
const BOUNDED = "bounded:";

/** A server of its own: nothing may analyse its tables. */
let postgres: PostgresServer;
const opened: pg.Client[] = [];
let small: Map<string, Read>;
let large: Map<string, Read>;

/** What one thing that is asked or done reads: whole tables, and pages of tables and indexes. */
interface Read {
  wholeTables: number;
  pages: number;
}

beforeAll(async () => {
  postgres = await startPostgresServer({ settings: { autovacuum: "off" } });
  small = await readsOf(SMALL);
  large = await readsOf(LARGE);
}, 240_000);
afterAll(async () => {
  await Promise.all(opened.map((client) => client.end()));
  await postgres.destroy();
});

const greet = defineHandler({ name: "greet", on: "user.lifecycle.create", handle() {} });
const broken = defineHandler({
  name: "broken",
  on: "user.account.lock",
  retries: 0,
  handle() {
    throw new Error("out of order");
  },
});

/** Fills a store with events, four to a delivery and half a minute apart, each with a finished run; then does everything once. */
async function readsOf(count: number): Promise<Map<string, Read>> {
  const client = new pg.Client({ connectionString: await postgres.createDatabase() });
  await client.connect();
  opened.push(client);
  await client.query(
    `insert into deliveries (received_at, origin, headers, unreadable_count, event_count, new_count, duplicate_uuids, queued_at)
     select now() - ($1::int / 4 - n) * interval '10 seconds' - interval '1 hour', 'okta', '{}', 0, 4, 4, '{}', now()
     from generate_series(1, $1::int / 4) as n`,
    [count],
  );
  await client.query(
    `insert into events (uuid, delivery_id, position, published, received_at, event_type, actor_id, actor_login, target_id,
       target_login, outcome, severity, payload)
     select 'stored-' || n, (n - 1) / 4 + 1, n % 4, at, at, (array['user.session.start', 'user.lifecycle.create'])[n % 2 + 1],
       '00u' || n % 500, n % 500 || '@example.com', '00t' || n % 700, n % 700 || '@example.com', 'SUCCESS', 'INFO',
       format('{"actor": {"id": "00u%s", "alternateId": "%s@example.com"}, "rest": "%s"}', n % 500, n % 500, repeat('x', 200))
     from (
       select n, now() - ($1::int - n) * interval '2.5 seconds' - interval '1 hour' as at from generate_series(1, $1::int) as n
     ) made`,
    [count],
  );
  await client.query(
    `insert into runs (event_uuid, handler, event_type, key, state, published, due_at, queued_at, started_at, ended_at, tries, retries, cause)
     select uuid, 'greet', event_type, target_id, 'done', published, received_at, received_at, received_at, received_at, 1, 10, 'event'
     from events`,
  );

  const reads = new Map<string, Read>();
  let doing = "";
  const read = async () => {
    // What a session did is told to the others a second later, unless it is hurried.
    await client.query("select pg_stat_force_next_flush()");
    const { rows } = await client.query<{ scans: string; pages: string }>(
      `select sum(seq_scan) as scans,
         sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)) as pages
       from pg_stat_user_tables join pg_statio_user_tables using (relid, relname)
       where relname in ('events', 'deliveries', 'runs')`,
    );
    return { wholeTables: Number(rows[0]?.scans), pages: Number(rows[0]?.pages) };
  };
  const database: Database = {
    async query<Row>(text: string, values: readonly unknown[]) {
      const before = await read();
      const { rows } = await client.query(text, [...values]);
      const after = await read();
      const known = reads.get(doing) ?? { wholeTables: 0, pages: 0 };
      known.wholeTables += after.wholeTables - before.wholeTables;
      known.pages += after.pages - before.pages;
      reads.set(doing, known);
      return { rows: rows as Row[] };
    },
    close: async () => {},
  };
  const unexpected: string[] = [];
  const work = openWork(database, [greet, broken], {
    environment: () => undefined,
    report: (happened) => {
      if (happened.kind === "work-interrupted") unexpected.push(happened.error);
    },
  });
  const doIt = async (what: string, action: () => Promise<unknown>) => {
    doing = what;
    await action();
  };
  const deliver = async (...events: Record<string, unknown>[]) => {
    const delivery = makeDelivery(events, { receivedAt: new Date() });
    const recorded = await recordDelivery(database, delivery, { timeoutMs: 10_000 });
    if (recorded.outcome !== "recorded") throw recorded.cause;
    await workAfterAnswer(work, recorded, Date.now(), 5);
  };
  const sweepWith = (retentionDays: number) =>
    sweep(work, { workDeadline: Date.now() + 30_000, deadline: Date.now() + 30_000, retentionDays });
  const limit = 50;

  await doIt("the first delivery of an instance", () => deliver(makeEvent("first")));
  await doIt("a delivery of one event", () => deliver(makeEvent("one")));
  await doIt("a delivery that came again", () => deliver(makeEvent("one")));
  await doIt("a delivery of a hundred events", () =>
    deliver(...Array.from({ length: 100 }, (_, index) => makeEvent(`batch-${index}`))),
  );
  await doIt("a delivery whose handler fails", () =>
    deliver(makeEvent("dead", { eventType: "user.account.lock" })),
  );
  await doIt("a delivery that was left behind", async () => {
    const delivery = makeDelivery([makeEvent("left")], { receivedAt: new Date(Date.now() - 120_000) });
    await recordDelivery(database, delivery, { timeoutMs: 10_000 });
    work.lastLook.at = null;
    await deliver(makeEvent("after-left"));
  });
  await doIt("a run that was lost", async () => {
    await client.query(
      `update runs set state = 'running', started_at = now() - interval '1 hour' where event_uuid = 'left'`,
    );
    work.lastLook.at = null;
    await deliver(makeEvent("after-lost"));
  });
  await doIt("a replay of an event", async () => {
    await replay(work, "one");
    await runDueWork(work, { deadline: Date.now() + 30_000 });
  });
  await doIt("a replay of the dead letters", () => replayDeadLetters(work, { handler: "greet" }));
  await doIt("a sweep with nothing to forget", () => sweepWith(30));
  await doIt("the newest events", () => listEvents(database, { types: [] }, { limit }));
  await doIt("the events of a type", () =>
    listEvents(database, { types: ["user.lifecycle.create"] }, { limit }),
  );
  await doIt("the events of an actor", () => listEvents(database, { types: [], actor: "00u499" }, { limit }));
  await doIt("an event with its runs", async () => {
    await findEvent(database, "stored-500");
    await listRuns(database, ["stored-500"]);
  });
  await doIt("the deliveries, and how they stand", async () => {
    const { deliveries } = await listDeliveries(database, { limit });
    await summarizeDeliveryRuns(
      database,
      deliveries.map(({ id }) => id),
    );
  });
  await doIt("a delivery with its events, and how they stand", async () => {
    await findDelivery(database, "100");
    const events = await listEventsOfDelivery(database, "100", { limit: 1_000 });
    await summarizeEventRuns(
      database,
      events.map(({ uuid }) => uuid),
    );
  });
  await doIt("what is new", () =>
    listNewDeliveries(database, {
      after: String(count / 4),
      againSince: new Date(Date.now() - 5_000),
      watched: ["1", "100"],
      limit,
    }),
  );
  await doIt("what fails", async () => {
    await countFailingRuns(database);
    await groupFailingRuns(database);
    await listFailingRuns(database, {}, { limit });
    await hurryRetries(database, {}, undefined);
  });
  await doIt(`${BOUNDED} how the handlers do`, () => readHandlerHealth(database, ["greet", "broken"]));
  await doIt("the activity of an hour", () =>
    countActivity(database, {
      search: { types: [] },
      from: new Date(Date.now() - DAY / 24),
      to: new Date(),
      stepSeconds: 60,
    }),
  );
  // A count or a slice reads more of a large store, up to its bound; by an index, and never the whole table.
  const month = { from: new Date(Date.now() - 30 * DAY), to: new Date(), stepSeconds: 3_600 };
  await doIt(`${BOUNDED} the activity of a month`, () =>
    countActivity(database, { ...month, search: { types: [] } }),
  );
  await doIt(`${BOUNDED} the activity of a type and of an actor`, async () => {
    await countActivity(database, { ...month, search: { types: ["user.lifecycle.create"] } });
    await countActivity(database, { ...month, search: { types: [], actor: "00u499" } });
    await countActivity(database, { ...month, search: { types: [], outcome: "FAILURE" } });
  });
  await doIt(`${BOUNDED} the event types`, () => countEventTypes(database, {}, 10_000));
  await doIt("an hour of the ledger", async () => {
    await recordLogEvents(
      database,
      "example.okta.com",
      Array.from({ length: 20 }, (_, index) => ({
        uuid: `stored-${index + 1}`,
        published: new Date(Date.now() - DAY),
        unknown: false,
      })),
    );
    await client.query("update deliveries set origin = 'system-log' where id = 1");
    await settleHours(database, "example.okta.com", new Date(), () => true);
  });
  const forget = (after: string | null) =>
    forgetPerson(
      { database, clock: systemClock },
      { who: "00u499", after, erase: true, alsoUnfinished: true },
      // One slice.
      0,
    );
  await doIt(`${BOUNDED} a slice of forgetting, of events`, () => forget(null));
  await doIt(`${BOUNDED} a slice of forgetting, of deliveries`, () => forget("deliveries:1:"));
  await doIt(`${BOUNDED} a slice of forgetting, of runs`, () => forget("runs:1:"));
  await client.query("update forgotten_people set checked_delivery_id = $1, searched = true", [count / 8]);
  await doIt(`${BOUNDED} a slice of emptying the events of a forgotten person`, () => forget("waiting:1:0"));
  await doIt(`${BOUNDED} a slice of checking what arrived of a forgotten person`, async () => {
    let checks = 0;
    const clock = { ...systemClock, now: () => Date.now() + (checks++ < 3 ? 0 : DAY) };
    await checkLateEvents({ database, clock }, Date.now() + DAY / 2);
  });
  await client.query("truncate forgotten_people");
  await doIt("a sweep that forgets", async () => {
    // Sixty deliveries of four events are too old, in either store.
    await client.query("update deliveries set received_at = received_at - interval '40 days' where id <= 60");
    await sweepWith(30);
  });
  await doIt("a sweep that drops old uuids", async () => {
    await client.query(
      `update events set published = published - interval '100 days', received_at = received_at - interval '100 days'
       where delivery_id <= 60`,
    );
    await sweepWith(30);
  });
  expect(unexpected).toEqual([]);
  return reads;
}

describe("in a store that was never analysed", () => {
  it("nothing reads a whole table, and a large one is read no more of than a small one", () => {
    const rows = [...large].map(([what, { wholeTables, pages }]) => {
      const before = small.get(what)?.pages ?? 0;
      return { what, wholeTables, pages, before, flat: pages <= before * TIMES_AS_MUCH + PAGES_MORE };
    });
    console.info(
      rows
        .map((row) => `${row.before} → ${row.pages} pages, ${row.wholeTables} whole tables: ${row.what}`)
        .join("\n"),
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(
      rows.filter(({ what, wholeTables, flat }) => wholeTables > 0 || !(flat || what.startsWith(BOUNDED))),
    ).toEqual([]);
  });
});
