/** Work over a real database, with a clock that only the test moves. */
import type { Clock } from "../../netlify/base/clock.ts";
import type { Database } from "../../netlify/events/database/database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { type RecordResult, recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { settleRuns, type TakenRun, type TryResult } from "../../netlify/events/work/queue/settle-runs.ts";
import type { Work } from "../../netlify/events/work/work.ts";
import type { WorkReport } from "../../netlify/events/work/work-report.ts";
import type { Handler } from "../../netlify/handler-kit/define-handler.ts";
import type { Environment } from "../../netlify/settings/environment.ts";
import { makeDelivery, makeEvent, published as recently } from "./deliveries.ts";

/** When the made work begins. */
const start = Date.parse("2026-11-24T10:00:00.000Z");
/** When its events were published, unless they say otherwise. */
const published = "2026-11-24T09:00:00.000Z";

export interface MadeWork extends Work {
  readonly clock: MadeClock;
  readonly reports: WorkReport[];
  /** The reports of one kind. */
  reported<Kind extends WorkReport["kind"]>(kind: Kind): Extract<WorkReport, { kind: Kind }>[];
  /** Records a delivery of events made with these uuids, or of these events; received now. */
  record(
    ...events: (string | Record<string, unknown>)[]
  ): Promise<Extract<RecordResult, { outcome: "recorded" }>>;
  /** Takes up to so many due runs, and leaves them running. */
  take(count: number): Promise<readonly TakenRun[]>;
  /** Ends tries as given. */
  settle(...results: TryResult[]): Promise<void>;
  /** The same work; a function is called before, another after each statement that contains a text. */
  watching(text: string, on: { before?(): Promise<unknown>; after?(): Promise<unknown> }): MadeWork;
  /** Runs a statement. */
  sql<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The same work in another instance of the function: with a connection of its own. */
  sibling(): Promise<MadeWork>;
  close(): Promise<void>;
}

/** A clock whose pauses pass at once, and whose limits end when the test says so. The runs in the database follow it. */
export interface MadeClock extends Clock {
  advance(ms: number): Promise<void>;
  /** Ends every time limit that runs now. */
  endLimits(): void;
}

/** Empties a migrated database and makes work with these handlers over it. */
export async function makeWork(
  connectionString: string,
  handlers: readonly Handler[] = [],
  environment: Environment = () => undefined,
): Promise<MadeWork> {
  const database = await openNetlifyDatabase({ connectionString });
  const sql = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await database.query<Row>(text, values, { timeoutMs: 20_000 })).rows;
  await sql("truncate deliveries, events, runs, handlers");
  await sql("drop table if exists test_clock");
  await sql("create table test_clock (now timestamptz)");
  await sql("insert into test_clock values ($1)", [new Date(start).toISOString()]);
  await sql(
    "create or replace function runs_now() returns timestamptz language sql stable as 'select now from test_clock'",
  );

  let now = start;
  const limits = new Set<(elapsed: boolean) => void>();
  const advance = async (ms: number) => {
    now += ms;
    await sql("update test_clock set now = $1", [new Date(now).toISOString()]);
  };
  const clock: MadeClock = {
    now: () => now,
    async wait(ms, signal) {
      if (!signal) {
        await advance(ms);
        return true;
      }
      return await new Promise<boolean>((resolve) => {
        limits.add(resolve);
        signal.addEventListener("abort", () => {
          limits.delete(resolve);
          resolve(false);
        });
      });
    },
    advance,
    endLimits() {
      for (const end of limits) end(true);
    },
  };

  const reports: WorkReport[] = [];
  const report = (happened: WorkReport) => {
    reports.push(happened);
  };
  const instance = (own: Database): MadeWork => ({
    database: own,
    lastLook: { at: null },
    handlers,
    environment,
    clock,
    report,
    reports,
    reported: <Kind extends WorkReport["kind"]>(kind: Kind) =>
      reports.filter((happened): happened is Extract<WorkReport, { kind: Kind }> => happened.kind === kind),
    async record(...events) {
      const delivery = makeDelivery(
        events.map((event) => {
          if (typeof event === "string") return makeEvent(event, { published });
          return event.published === recently ? { ...event, published } : event;
        }),
        { receivedAt: new Date(now) },
      );
      const recorded = await recordDelivery(own, delivery, { timeoutMs: 20_000 });
      if (recorded.outcome !== "recorded") {
        throw new Error("The test's delivery was not recorded", { cause: recorded.cause });
      }
      return recorded;
    },
    async take(count) {
      return (await settleRuns(own, [], { take: count })).taken;
    },
    async settle(...results) {
      await settleRuns(own, results, { take: 0 });
    },
    watching: (text, { before, after }) =>
      instance({
        ...own,
        async query(statement, values, limit) {
          const isIt = statement.includes(text);
          if (isIt) await before?.();
          const rows = await own.query<never>(statement, values, limit);
          if (isIt) await after?.();
          return rows;
        },
      }),
    sql,
    sibling: async () => instance(await openNetlifyDatabase({ connectionString })),
    close: () => own.close(),
  });
  return instance(database);
}

/** A deadline that leaves time for everything, as in an invocation that just began. */
export function soon({ clock }: Pick<Work, "clock">): number {
  return clock.now() + 50_000;
}
