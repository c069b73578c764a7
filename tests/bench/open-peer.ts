/**
 * The peer: the receiver that a good engineer has after an afternoon. INSERT … ON CONFLICT and `boss.send` before the answer, a
 * resident pg-boss worker after it, one job at a time (`batchSize` 1), with the site's own handler. Nothing else needs pg-boss, so the
 * project does not depend on it: `npm install --no-save pg-boss@12.38.0` before a bench.
 */
import { timingSafeEqual } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { handlers } from "../../netlify/handlers/index.ts";
import type { LogEvent } from "../../netlify/hook/log-event.ts";
import { benchSecret } from "./open-endpoint.ts";

/** What is used of pg-boss. */
interface Boss {
  on(event: "error", listener: (error: Error) => void): void;
  start(): Promise<void>;
  stop(options: { graceful: boolean }): Promise<void>;
  createQueue(name: string, options?: object): Promise<void>;
  send(name: string, data: object): Promise<unknown>;
  notifyWorker(worker: string): void;
  work(
    name: string,
    options: { batchSize: number },
    handle: (jobs: readonly { data: LogEvent; signal: AbortSignal }[]) => Promise<void>,
  ): Promise<string>;
}

const QUEUE = "okta-events";
const [handler] = handlers;
const COMPLETING_MS = 15;

/** A receiver that is called as the endpoint is. */
export interface Peer {
  /** Calls it. @throws when it does not answer 204 */
  call(request: Request): Promise<void>;
  /** Waits until everything that it took in is handled. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the peer on an empty database. */
export async function openPeer(connectionString: string): Promise<Peer> {
  const pool = new pg.Pool({ connectionString });
  // Its server may be stopped before an idle connection is closed, which without a listener ends the process.
  pool.on("error", (error) => console.error(error));
  await pool.query(
    `create table okta_events (
       uuid text primary key, event_type text not null, published timestamptz not null,
       received_at timestamptz not null default now(), payload jsonb not null
     )`,
  );
  const boss = await openBoss(connectionString);
  boss.on("error", (error) => console.error(error));
  await boss.start();
  await boss.createQueue(`${QUEUE}-dead`);
  await boss.createQueue(QUEUE, { retryLimit: 5, retryBackoff: true, deadLetter: `${QUEUE}-dead` });

  let sent = 0;
  let handled = 0;
  const worker = await boss.work(QUEUE, { batchSize: 1 }, async (jobs) => {
    for (const { data, signal } of jobs) {
      const log = { info() {}, warn() {}, error() {} };
      await handler?.handle(data, { log, signal, attempt: 1, late: false, settings: undefined });
      handled += 1;
    }
  });

  const receive = async (request: Request): Promise<number> => {
    const given = Buffer.from(request.headers.get("authorization") ?? "");
    const secret = Buffer.from(benchSecret);
    if (given.length !== secret.length || !timingSafeEqual(given, secret)) return 401;
    const body = (await request.json()) as { data: { events: LogEvent[] } };
    for (const event of body.data.events) {
      const { rowCount } = await pool.query(
        `insert into okta_events (uuid, event_type, published, payload) values ($1, $2, $3, $4)
         on conflict (uuid) do nothing`,
        [event.uuid, event.eventType, event.published, event],
      );
      if (rowCount === 0) continue;
      await boss.send(QUEUE, event);
      sent += 1;
    }
    boss.notifyWorker(worker);
    return 204;
  };
  return {
    async call(request) {
      const status = await receive(request);
      if (status !== 204) throw new Error(`The peer answered ${status}`);
    },
    async rest() {
      while (handled < sent) await wait(1);
      // The worker notes the job's end right after it.
      await wait(COMPLETING_MS);
    },
    async close() {
      const { rows } = await pool.query(
        "select state, count(*) from pgboss.job where name = $1 group by state",
        [QUEUE],
      );
      if (rows.some(({ state }) => state !== "completed"))
        throw new Error(`The peer left ${JSON.stringify(rows)}`);
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}

async function openBoss(connectionString: string): Promise<Boss> {
  const name: string = "pg-boss";
  try {
    const { PgBoss }: { PgBoss: new (connectionString: string) => Boss } = await import(name);
    return new PgBoss(connectionString);
  } catch (cause) {
    throw new Error("The peer needs pg-boss, once: npm install --no-save pg-boss@12.38.0", { cause });
  }
}
