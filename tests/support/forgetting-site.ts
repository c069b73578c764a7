/** The site's own API over a real Postgres, for `hook -- forget` and the page's call: hooks of the file that uses it. */
import { afterAll, beforeAll, beforeEach, vi } from "vitest";
import { systemClock } from "../../netlify/base/clock.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import type { Handler } from "../../netlify/handler-kit/define-handler.ts";
import { type RealApi, realApi } from "../browser/support/real-api.ts";
import { instanceDatabase } from "./instance-database.ts";
import { type MadeWork, makeWork, soon } from "./made-work.ts";
import { type Postgres, startPostgres, withClient } from "./postgres.ts";
import { type TypedHook, typeHook } from "./type-hook.ts";

export const jane = {
  id: "00uJane",
  type: "User",
  alternateId: "Jane.Doe@example.com",
  displayName: "Jane Doe",
};
export const john = { id: "00uJohn", type: "User", alternateId: "john@example.com", displayName: "John Roe" };

/** Each slice takes a call of its own, until the test ends: a call has 8 s. */
export function sliceACall(): void {
  let now = Date.now();
  vi.spyOn(systemClock, "now").mockImplementation(() => {
    now += 9_000;
    return now;
  });
}

export interface ForgettingSite {
  work(): MadeWork;
  /** Records a delivery of these events and runs their handlers. */
  handle(...events: readonly (Record<string, unknown> | string)[]): Promise<void>;
  /** Types `hook -- forget <who> --yes`. */
  forget(who: string, ...flags: readonly string[]): Promise<TypedHook>;
  /** `POST /api/forget`, as the page makes it. */
  post(body: object): Promise<Response>;
  /** The uuids of the events that have their payload. */
  kept(): Promise<string[]>;
  /** Every row of every table as text: what a dump of the database contains. */
  dump(): Promise<string>;
}

export function useForgettingSite(handlers: readonly Handler[]): ForgettingSite {
  let postgres: Postgres;
  let url: string;
  let site: RealApi;
  let work: MadeWork;

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    vi.stubEnv("NETLIFY_DB_URL", url);
  });
  afterAll(async () => {
    await instanceDatabase.close();
    await postgres.destroy();
  });
  beforeEach(async () => {
    for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
    work = await makeWork(url, handlers);
    await work.sql("truncate rejections, forgotten_people");
    // The API and the work have one time, which only the test moves.
    vi.spyOn(Date, "now").mockImplementation(work.clock.now);
    site = realApi("locally");
    vi.stubGlobal("fetch", (asked: URL, init?: RequestInit) => site.api(new Request(asked, init)));
    return async () => {
      vi.restoreAllMocks();
      await work.close();
    };
  });

  return {
    work: () => work,
    async handle(...events) {
      const { deliveryId } = await work.record(...events);
      for (let more = true; more; ) ({ more } = await queueEvents(work, { deliveryId, leftBehindMs: null }));
      await runDueWork(work, { deadline: soon(work), waitForRetryMs: 0 });
    },
    forget: (who, ...flags) => typeHook(["forget", who, "--yes", ...flags]),
    async post(body) {
      const session = await fetch(new URL("http://localhost:1337/api/session"));
      const { writeToken }: { writeToken: string } = JSON.parse(await session.text());
      return await fetch(new URL("http://localhost:1337/api/forget"), {
        method: "POST",
        headers: { "content-type": "application/json", "x-inspector-token": writeToken },
        body: JSON.stringify(body),
      });
    },
    async kept() {
      const rows = await work.sql<{ uuid: string }>(
        "select uuid from events where payload is not null order by uuid",
      );
      return rows.map(({ uuid }) => uuid);
    },
    dump: () =>
      withClient(url, async (client) => {
        const tables = await client.query<{ name: string }>(
          `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
           where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
        );
        const texts: string[] = [];
        for (const { name } of tables.rows) {
          const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
          texts.push(...rows.map(({ row }) => row));
        }
        return texts.join("\n");
      }),
  };
}
