/** What became of an event: its runs, one for each handler. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { RunCause } from "./queue-runs.ts";

/** How an event stands with one handler. */
export interface Run {
  readonly uuid: string;
  readonly handler: string;
  /**
   * `waiting`: not tried yet. `retrying`: failed, and tried again at `nextTryAt`. `superseded`: not run, because a newer event of its key
   * was there. `dead`: failed for the last time.
   */
  readonly state: "waiting" | "running" | "retrying" | "done" | "superseded" | "dead" | "discarded";
  /** Tries begun so far that count. */
  readonly attempts: number;
  /** Tries that it gets before it is dead. */
  readonly maxAttempts: number;
  readonly cause: RunCause;
  /** Its line: the runs of its handler with this key. Null: it is in none. */
  readonly key: string | null;
  /** The event whose run is the front of its line, while it waits behind that. */
  readonly heldBy: string | null;
  readonly supersededBy: string | null;
  /** A newer event of its key had begun before its latest try. */
  readonly late: boolean;
  readonly lastError: string | null;
  /** The last ten tries that have ended, the oldest first. */
  readonly lastTries: readonly RunTry[];
  readonly nextTryAt: Date | null;
  /** When the latest try began. */
  readonly lastTryAt: Date | null;
  readonly endedAt: Date | null;
  /** Its handler is paused: it waits until that is resumed. */
  readonly paused: boolean;
}

/** One try of a run. */
export interface RunTry {
  readonly at: Date;
  readonly tookMs: number;
  /** Null: it succeeded. */
  readonly error: string | null;
}

const MAX_TRIES = 10;

/** Lists the runs of some events; an event without handlers has none. Ordered by event and handler. */
export async function listRuns(database: Database, uuids: readonly string[]): Promise<Run[]> {
  const { rows } = await database.query<RunRow>(
    `select event_uuid, handler, state, cause, key, late, superseded_by, failures, retries, error, last_tries, due_at, started_at,
       ended_at, failing_since is not null as failing,
       state in ('waiting', 'held') and handler in (select name from handlers where paused_at is not null) as paused,
       case when state = 'held' then (
         select front.event_uuid from runs as front
         where front.handler = runs.handler and front.key = runs.key and front.state in ('waiting', 'running') limit 1
       ) end as held_by
     from runs where event_uuid = any($1::text[]) order by event_uuid, handler`,
    [uuids],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows.map(readRun);
}

interface RunRow {
  readonly event_uuid: string;
  readonly handler: string;
  readonly state: Exclude<Run["state"], "retrying"> | "held";
  readonly cause: RunCause;
  readonly key: string | null;
  readonly late: boolean;
  readonly superseded_by: string | null;
  readonly failures: number;
  readonly retries: number;
  readonly error: string | null;
  readonly last_tries:
    | readonly { readonly at: string; readonly ms: number; readonly error: string | null }[]
    | null;
  readonly due_at: Date | string;
  readonly started_at: Date | string | null;
  readonly ended_at: Date | string | null;
  readonly failing: boolean;
  readonly paused: boolean;
  readonly held_by: string | null;
}

function readRun({ event_uuid: uuid, handler, cause, key, late, paused, ...row }: RunRow): Run {
  const [startedAt, endedAt] = [asDate(row.started_at), asDate(row.ended_at)];
  const waits = row.state === "waiting" || row.state === "held";
  const lastTries = (row.last_tries ?? []).map(({ at, ms, error }) => ({
    at: new Date(at),
    tookMs: ms,
    error,
  }));
  if (row.state === "done" && startedAt && endedAt) {
    lastTries.push({ at: startedAt, tookMs: endedAt.getTime() - startedAt.getTime(), error: null });
  }
  return {
    ...{ uuid, handler, cause, key, late, paused },
    state: waits ? (row.failing ? "retrying" : "waiting") : (row.state as Exclude<Run["state"], "retrying">),
    attempts: row.failures + (row.state === "running" || row.state === "done" ? 1 : 0),
    maxAttempts: row.retries + 1,
    heldBy: row.held_by,
    supersededBy: row.superseded_by,
    lastError: row.error,
    lastTries: lastTries.slice(-MAX_TRIES),
    nextTryAt: waits ? asDate(row.due_at) : null,
    lastTryAt: startedAt,
    endedAt,
  };
}

function asDate(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value);
}
