/** How each handler does: whether it is paused or failing, what waits for it, and what its last runs came to. */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";

/** How a handler does. */
export interface HandlerHealth {
  /** Null: it is not paused. */
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
  /** Its runs that are not done, each count up to `MAX_COUNTED_RUNS`. */
  readonly runs: {
    /** Not tried yet. */
    readonly waiting: number;
    /** Failed, and tried again. */
    readonly retrying: number;
    /** Failed for the last time. */
    readonly dead: number;
  };
  /** Since when the oldest of its runs that could begin waits; null: none does. */
  readonly oldestWaitingSince: Date | null;
  /** Its last runs that ended, 1,000 of the last 24 hours at most. */
  readonly lastRuns: {
    readonly ended: number;
    readonly succeeded: number;
    /** Of 20 tries that ended them 19 took no longer; null: there is none. */
    readonly p95Ms: number | null;
  };
  readonly lastSuccessAt: Date | null;
  /** The last try that failed, of its last runs and of those that are tried again. */
  readonly lastFailure: { readonly at: Date; readonly error: string } | null;
}

/** Beyond this a count says "at least so many". */
const MAX_COUNTED_RUNS = 10_000;
const MAX_LAST_RUNS = 1_000;

const ENDED = "state in ('done', 'dead', 'discarded')";

const someOf = (state: string) =>
  `(select failing_since, started_at, error from runs where handler = known.name and state = '${state}' limit ${MAX_COUNTED_RUNS})`;

/**
 * Reads how these handlers do, and others that are paused, failing, or have left runs behind. Each part is a look into an index, so that
 * it takes no longer among a million runs.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function readHandlerHealth(
  database: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, HandlerHealth>> {
  const { rows } = await database.query<HealthRow>(
    `with recursive active (handler) as (
       (select handler from runs where ${ENDED} order by handler limit 1)
       union all
       select following.handler from active cross join lateral (
         select handler from runs where ${ENDED} and handler > active.handler order by handler limit 1
       ) as following
     ), known as (
       select unnest($1::text[]) collate "C" as name union select name from handlers
       union select handler from waiting_handlers union select handler from active
     )
     select known.name, paused_at, failing_since, coalesce(failures, 0) as failures, circuit_opened_at, next_probe_at,
       coalesce(catching_up, false) as catching_up, waiting, retrying, dead, ended, succeeded, p95_ms,
       (select due_at from waiting_handlers where handler = known.name and due_at <= runs_now()) as oldest_waiting_since,
       (select ended_at from runs where handler = known.name and state = 'done' order by ended_at desc limit 1) as last_success_at,
       failure.at as last_failure_at, failure.error as last_error
     from known left join handlers on handlers.name = known.name
     cross join lateral (
       select count(*) filter (where failing_since is null)::integer as waiting,
         count(*) filter (where failing_since is not null)::integer as retrying,
         (select count(*)::integer from ${someOf("dead")} as letters) as dead
       from (${someOf("waiting")} union all ${someOf("held")}) as unfinished
     ) as open
     cross join lateral (
       select count(*)::integer as ended, count(*) filter (where state = 'done')::integer as succeeded,
         extract(epoch from percentile_disc(0.95) within group (order by ended_at - started_at))::float8 * 1000 as p95_ms,
         (array_agg(last_tries -> -1 order by ended_at desc) filter (where last_tries -> -1 ->> 'error' is not null))[1] as failed_try
       from (
         select of_state.* from unnest('{done, dead, discarded}'::run_state[]) as given (state) cross join lateral (
           select state, started_at, ended_at, last_tries from runs
           where handler = known.name and runs.state = given.state and ${ENDED} and ended_at > runs_now() - interval '24 hours'
           order by ended_at desc limit ${MAX_LAST_RUNS}
         ) as of_state order by ended_at desc limit ${MAX_LAST_RUNS}
       ) as last
     ) as last_runs
     left join lateral (
       select at, error from (
         select (failed_try ->> 'at')::timestamptz as at, failed_try ->> 'error' as error where failed_try is not null
         union all
         (select started_at, error from ${someOf("waiting")} as tried
          where failing_since is not null and error is not null order by started_at desc limit 1)
       ) as failed order by at desc limit 1
     ) as failure on true`,
    [names],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return new Map(rows.map((row) => [row.name, readHealth(row)]));
}

interface HealthRow {
  readonly name: string;
  readonly paused_at: Date | string | null;
  readonly failing_since: Date | string | null;
  readonly failures: number;
  readonly circuit_opened_at: Date | string | null;
  readonly next_probe_at: Date | string | null;
  readonly catching_up: boolean;
  readonly waiting: number;
  readonly retrying: number;
  readonly dead: number;
  readonly oldest_waiting_since: Date | string | null;
  readonly ended: number;
  readonly succeeded: number;
  readonly p95_ms: number | null;
  readonly last_success_at: Date | string | null;
  readonly last_failure_at: Date | string | null;
  readonly last_error: string | null;
}

function readHealth(row: HealthRow): HandlerHealth {
  const { failures, waiting, retrying, dead, ended, succeeded } = row;
  const lastFailureAt = asDate(row.last_failure_at);
  return {
    pausedAt: asDate(row.paused_at),
    failingSince: asDate(row.failing_since),
    failures,
    circuitOpenedAt: asDate(row.circuit_opened_at),
    nextProbeAt: asDate(row.next_probe_at),
    isCatchingUp: row.catching_up,
    runs: { waiting, retrying, dead },
    oldestWaitingSince: asDate(row.oldest_waiting_since),
    lastRuns: { ended, succeeded, p95Ms: row.p95_ms },
    lastSuccessAt: asDate(row.last_success_at),
    lastFailure:
      lastFailureAt === null || row.last_error === null ? null : { at: lastFailureAt, error: row.last_error },
  };
}

function asDate(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value);
}
