/** What became of an event: its runs, one for each handler. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { RUNS_QUEUE } from "./queue-names.ts";

/** How an event stands with one handler: its latest run. */
export interface HandlerRun {
  readonly uuid: string;
  readonly handler: string;
  /** `waiting`: not tried yet. `retrying`: failed, and tried again at `nextTryAt`. `dead`: failed for the last time. */
  readonly state: "waiting" | "running" | "retrying" | "done" | "dead";
  /** Tries begun so far. */
  readonly attempts: number;
  /** Tries that it gets before it is dead. */
  readonly maxAttempts: number;
  readonly lastError: string | null;
  readonly nextTryAt: Date | null;
  /** When the latest try began. */
  readonly lastTryAt: Date | null;
  readonly endedAt: Date | null;
  /** Its handler is paused: it waits until that is resumed. */
  readonly paused: boolean;
  /** The job of this run. */
  readonly runId: string;
}

/**
 * Lists the runs of some events; an event without handlers has none. Ordered by event and handler. `name || ''` keeps Postgres from
 * the indexes that begin with the queue's name: that would be every run there is.
 */
export async function listHandlerRuns(database: Database, uuids: readonly string[]): Promise<HandlerRun[]> {
  const { rows } = await database.query<RunRow>(
    `select distinct on (singleton_key, data ->> 'handler')
       id, singleton_key as uuid, data ->> 'handler' as handler, state, retry_count, retry_limit, output ->> 'message' as error,
       start_after, started_on, completed_on,
       state < 'active' and data ->> 'handler' in (select handler from paused_handlers) as paused
     from pgboss.job
     where name || '' = $1 and singleton_key = any($2::text[])
     order by singleton_key, data ->> 'handler', created_on desc`,
    [RUNS_QUEUE, uuids],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows.map((row) => ({
    uuid: row.uuid,
    handler: row.handler,
    state: states[row.state],
    attempts: row.started_on === null ? 0 : row.retry_count + 1,
    maxAttempts: row.retry_limit + 1,
    lastError: row.error,
    nextTryAt: row.state === "created" || row.state === "retry" ? asDate(row.start_after) : null,
    lastTryAt: asDate(row.started_on),
    endedAt: asDate(row.completed_on),
    paused: row.paused,
    runId: row.id,
  }));
}

interface RunRow {
  readonly id: string;
  readonly uuid: string;
  readonly handler: string;
  readonly state: keyof typeof states;
  readonly retry_count: number;
  readonly retry_limit: number;
  readonly error: string | null;
  readonly start_after: Date | string;
  readonly started_on: Date | string | null;
  readonly completed_on: Date | string | null;
  readonly paused: boolean;
}

/** pg-boss's states in this project's words. `cancelled` is never set by it. */
const states = {
  created: "waiting",
  retry: "retrying",
  active: "running",
  completed: "done",
  cancelled: "dead",
  failed: "dead",
} as const;

function asDate(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value);
}
