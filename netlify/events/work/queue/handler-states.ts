/** What is known of handlers beside their runs: who is paused, who is failing, whose circuit is open. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";

const limit = { timeoutMs: WORK_TIMEOUT_MS };

/**
 * Pauses a handler: none of its runs is taken any more, and everything else goes on. A run that is running is finished; if it fails
 * it waits like the others.
 * @returns since when it is paused: pausing it again changes nothing
 */
export async function pauseHandler(database: Database, handler: string, now: Date): Promise<Date> {
  const { rows } = await database.query<{ paused_at: Date | string }>(
    `insert into handlers (name, paused_at) values ($1, $2)
     on conflict (name) do update set paused_at = coalesce(handlers.paused_at, excluded.paused_at)
     returning paused_at`,
    [handler, now.toISOString()],
    limit,
  );
  return new Date(rows[0]?.paused_at ?? now);
}

/** Of its runs this many are counted when a handler is resumed. */
export const MAX_COUNTED = 10_000;

/**
 * Lets a handler run again. Run the due work afterwards.
 * @returns how many of its runs wait, up to `MAX_COUNTED`; null: it was not paused
 */
export async function resumeHandler(database: Database, handler: string): Promise<number | null> {
  const { rows } = await database.query<{ count: string }>(
    `with resumed as (
       update handlers set paused_at = null where name = $1 and paused_at is not null returning name
     )
     select (select count(*) from (
       select from runs where handler = resumed.name and state in ('waiting', 'held') limit ${MAX_COUNTED}
     ) counted) as count from resumed`,
    [handler],
    limit,
  );
  return rows[0] === undefined ? null : Number(rows[0].count);
}

/** How a handler does. */
export interface HandlerState {
  readonly pausedAt: Date | null;
  /** Its first failure since its last success; null: its last run succeeded. */
  readonly failingSince: Date | null;
  /** Failures since its last success. */
  readonly failures: number;
  /** Null: its circuit is closed. */
  readonly circuitOpenedAt: Date | null;
  /** When one run probes whether the circuit can be closed. */
  readonly nextProbeAt: Date | null;
  /** Its circuit was closed, and of its backlog few runs run at a time. */
  readonly isCatchingUp: boolean;
  /** Its runs that wait, retries included; counted up to `MAX_COUNTED`. */
  readonly waiting: number;
}

/** Lists the handlers that are paused, failing or catching up, by their names. */
export async function listHandlerStates(database: Database): Promise<ReadonlyMap<string, HandlerState>> {
  const { rows } = await database.query<StateRow>(
    `select name, paused_at, failing_since, failures, circuit_opened_at, next_probe_at, catching_up, (
       select count(*) from (
         (select from runs where handler = name and state = 'waiting' limit ${MAX_COUNTED})
         union all
         (select from runs where handler = name and state = 'held' limit ${MAX_COUNTED})
       ) counted
     ) as waiting
     from handlers where paused_at is not null or failing_since is not null or catching_up order by name`,
    [],
    limit,
  );
  return new Map(
    rows.map((row) => [
      row.name,
      {
        pausedAt: asDate(row.paused_at),
        failingSince: asDate(row.failing_since),
        failures: row.failures,
        circuitOpenedAt: asDate(row.circuit_opened_at),
        nextProbeAt: asDate(row.next_probe_at),
        isCatchingUp: row.catching_up,
        waiting: Math.min(Number(row.waiting), MAX_COUNTED),
      },
    ]),
  );
}

interface StateRow {
  readonly name: string;
  readonly paused_at: Date | string | null;
  readonly failing_since: Date | string | null;
  readonly failures: number;
  readonly circuit_opened_at: Date | string | null;
  readonly next_probe_at: Date | string | null;
  readonly catching_up: boolean;
  readonly waiting: string;
}

function asDate(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value);
}
