/** Runs that failed: dead letters, and retries. Two indexes hold them alone, by handler and fingerprint. */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS, WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { collectValues, RUN_STATES } from "../../queries/event-search.ts";
import type { RunIdentity } from "./queue-runs.ts";

/** A dead letter failed for the last time; a retry is tried again. */
export type FailingState = "dead" | "retrying";

const IS_IN: Readonly<Record<FailingState, string>> = RUN_STATES;

/** More are not counted, of a state in all: "1,000 or more" says enough. */
const MAX_COUNTED = 1_000;

/** Of a handler, or of a group, more are not counted. */
export const MAX_COUNTED_OF_GROUP = 10_000;

/** Counts the dead letters and the retries, each up to `MAX_COUNTED`. */
export async function countFailingRuns(
  database: Database,
): Promise<{ readonly dead: number; readonly retrying: number }> {
  const count = (state: FailingState) =>
    `(select count(*) from (select from runs where ${IS_IN[state]} limit ${MAX_COUNTED}) counted)`;
  const { rows } = await database.query<{ dead: string; retrying: string }>(
    `select ${count("dead")} as dead, ${count("retrying")} as retrying`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return { dead: Number(rows[0]?.dead ?? 0), retrying: Number(rows[0]?.retrying ?? 0) };
}

/** A handler that is failing or paused. */
export interface FailingHandler {
  readonly handler: string;
  /** Its first failure since its last success; null: it is paused only. */
  readonly failingSince: Date | null;
  readonly pausedAt: Date | null;
  /** When one run probes whether its circuit can be closed; null: that is closed. */
  readonly nextProbeAt: Date | null;
  /** Its runs that wait, retries included, and its dead letters: each counted up to `MAX_COUNTED_OF_GROUP`. */
  readonly waiting: number;
  readonly dead: number;
  /** What the last of its runs to begin failing says. */
  readonly error: string | null;
}

/**
 * Lists the handlers that are failing or paused, by their names.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listFailingHandlers(database: Database): Promise<FailingHandler[]> {
  const count = (which: string) => `(select count(*) from (
    select from runs where handler = name and ${which} limit ${MAX_COUNTED_OF_GROUP}
  ) counted)`;
  const newest = (state: FailingState) => `(select failing_since, error from runs
    where handler = name and ${IS_IN[state]} limit ${MAX_COUNTED})`;
  const { rows } = await database.query<FailingHandlerRow>(
    `select name, failing_since, paused_at, next_probe_at, ${count("state = 'waiting'")} as waiting, ${count("state = 'held'")} as held,
       ${count(IS_IN.dead)} as dead, (
         select error from (${newest("dead")} union all ${newest("retrying")}) failed order by failing_since desc limit 1
       ) as error
     from handlers where failing_since is not null or paused_at is not null order by name`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map((row) => ({
    handler: row.name,
    failingSince: asDate(row.failing_since),
    pausedAt: asDate(row.paused_at),
    nextProbeAt: asDate(row.next_probe_at),
    waiting: Math.min(Number(row.waiting) + Number(row.held), MAX_COUNTED_OF_GROUP),
    dead: Number(row.dead),
    error: row.error,
  }));
}

const asDate = (value: Date | string | null) => (value === null ? null : new Date(value));

interface FailingHandlerRow {
  readonly name: string;
  readonly failing_since: Date | string | null;
  readonly paused_at: Date | string | null;
  readonly next_probe_at: Date | string | null;
  /** `count` comes back as text. */
  readonly waiting: string;
  readonly held: string;
  readonly dead: string;
  readonly error: string | null;
}

/** The runs of one handler that failed alike. */
export interface FailingGroup {
  readonly handler: string;
  readonly fingerprint: string;
  /** Each counted up to `MAX_COUNTED_OF_GROUP`, the newest failures first. */
  readonly dead: number;
  readonly retrying: number;
  /** When the first of them failed first. */
  readonly since: Date;
  /** The latest failure of those that were counted. */
  readonly lastAt: Date;
  /** The next retry of those that were counted; null: none is tried again, or its handler is paused. */
  readonly nextTryAt: Date | null;
  /** Since when its handler is paused; null: it is not. */
  readonly pausedAt: Date | null;
  /** The types of the events of the last hundred to begin failing, sorted. */
  readonly eventTypes: readonly string[];
  /** The last to begin failing, three at most. */
  readonly examples: readonly { readonly uuid: string; readonly error: string | null }[];
}

/** Where there are more, what is listed is not all. */
export const MAX_GROUPS = 200;
const MAX_EXAMPLES = 3;
/** Of each state so many are looked at for their types. */
const MAX_SAMPLED = 100;

/** The different handlers and fingerprints: it steps over the index from one to the next. */
const kinds = (state: FailingState) => `${state}_kind (handler, fingerprint) as (
  (select handler, fingerprint from runs where ${IS_IN[state]} order by handler, fingerprint limit 1)
  union all
  select following.* from ${state}_kind as kind cross join lateral (
    select handler, fingerprint from runs
    where ${IS_IN[state]} and (handler, fingerprint) > (kind.handler, kind.fingerprint) order by handler, fingerprint limit 1
  ) following
)`;
/** The runs of `kind` in a state. */
const ofKind = (state: FailingState, columns: string, order: "asc" | "desc", limit: number) =>
  `(select ${columns} from runs
    where ${IS_IN[state]} and handler = kind.handler and fingerprint = kind.fingerprint
    order by failing_since ${order}, event_uuid ${order} limit ${limit})`;
const counted = "started_at, ended_at, queued_at, due_at";
const shown = "event_uuid, event_type, error, failing_since";

/**
 * Groups the failing runs by handler and fingerprint, the largest group first. What it reads is bounded, however many runs fail.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function groupFailingRuns(database: Database): Promise<FailingGroup[]> {
  const { rows } = await database.query<GroupRow>(
    `with recursive ${kinds("dead")}, ${kinds("retrying")}, kind as (
       (select * from dead_kind limit ${MAX_GROUPS}) union (select * from retrying_kind limit ${MAX_GROUPS})
     )
     select kind.handler, kind.fingerprint, run.dead, run.retrying, first.since, run.last_at, newest.event_types, newest.examples,
       case when paused_at is null then coalesce(next_probe_at, run.next_try_at) end as next_try_at, paused_at
     from kind
     cross join lateral (
       select count(*) filter (where dead) as dead, count(*) filter (where not dead) as retrying,
         max(coalesce(ended_at, started_at, queued_at)) as last_at, min(due_at) filter (where not dead) as next_try_at
       from (
         select *, true as dead from ${ofKind("dead", counted, "desc", MAX_COUNTED_OF_GROUP)} of_dead
         union all
         select *, false from ${ofKind("retrying", counted, "desc", MAX_COUNTED_OF_GROUP)} of_retrying
       ) both_states
     ) run
     cross join lateral (
       select min(failing_since) as since from (
         ${ofKind("dead", "failing_since", "asc", 1)} union all ${ofKind("retrying", "failing_since", "asc", 1)}
       ) oldest
     ) first
     cross join lateral (
       select array_agg(distinct event_type) as event_types,
         jsonb_agg(jsonb_build_object('uuid', event_uuid, 'error', error) order by place) filter (where place <= ${MAX_EXAMPLES}) as examples
       from (
         select *, row_number() over (order by failing_since desc, event_uuid desc) as place from (
           ${ofKind("dead", shown, "desc", MAX_SAMPLED)} union all ${ofKind("retrying", shown, "desc", MAX_SAMPLED)}
         ) of_each
       ) placed
     ) newest
     left join handlers on handlers.name = kind.handler
     order by run.dead + run.retrying desc, run.last_at desc, kind.handler limit ${MAX_GROUPS}`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map((row) => ({
    handler: row.handler,
    fingerprint: row.fingerprint,
    dead: Number(row.dead),
    retrying: Number(row.retrying),
    since: new Date(row.since),
    lastAt: new Date(row.last_at),
    nextTryAt: row.next_try_at === null || Number(row.retrying) === 0 ? null : new Date(row.next_try_at),
    pausedAt: asDate(row.paused_at),
    eventTypes: row.event_types,
    examples: row.examples,
  }));
}

interface GroupRow extends Pick<FailingGroup, "handler" | "fingerprint" | "examples"> {
  readonly dead: string;
  readonly retrying: string;
  readonly since: Date | string;
  readonly last_at: Date | string;
  readonly next_try_at: Date | string | null;
  readonly paused_at: Date | string | null;
  readonly event_types: readonly string[];
}

/** A run that failed. */
export interface FailingRun extends RunIdentity {
  readonly state: FailingState;
  readonly fingerprint: string;
  /** When its event was published, in ISO 8601. */
  readonly published: string;
  /** False past the retention: there is nothing to give to a handler. */
  readonly hasPayload: boolean;
  /** Failures that count. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly lastError: string | null;
  /** Null: it is dead, or its handler is paused. */
  readonly nextTryAt: Date | null;
  /** When it died, or when its latest try began. */
  readonly failedAt: Date;
  /** Its handler is paused: it waits until that is resumed. */
  readonly paused: boolean;
}

/** Which failing runs: those that fit everything that is given. */
export interface FailingFilter {
  readonly handler?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** Those of an event, or its one for a handler. */
  readonly runs?: readonly { readonly uuid: string; readonly handler?: string | undefined }[] | undefined;
}

/** A place in a list of failing runs. `since` is to the microsecond: when the run failed first. */
export interface FailingPlace {
  readonly state: FailingState;
  readonly handler: string;
  readonly fingerprint: string;
  readonly since: string;
  readonly uuid: string;
}

/** Which page, of one state or of both. */
export interface FailingPaging {
  readonly state?: FailingState | undefined;
  readonly after?: FailingPlace | undefined;
  readonly limit: number;
}

/** The order of the two indexes, backwards. */
const ORDER = "handler desc, fingerprint desc, failing_since desc, event_uuid desc";
const SINCE = `to_char(failing_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since`;

/** The runs of a state that fit a filter and come after a place, in `ORDER`. */
function conditions(
  state: FailingState,
  { handler, fingerprint, runs }: FailingFilter,
  after: FailingPlace | undefined,
  bind: (value: unknown) => string,
): string {
  const all = [IS_IN[state]];
  if (handler !== undefined) all.push(`handler = ${bind(handler)}`);
  if (fingerprint !== undefined) all.push(`fingerprint = ${bind(fingerprint)}`);
  if (runs !== undefined) {
    const [uuids, names] = [runs.map(({ uuid }) => uuid), runs.map((run) => run.handler ?? null)].map(bind);
    all.push(`exists (select from unnest(${uuids}::text[], ${names}::text[]) as run (uuid, handler)
      where run.uuid = event_uuid and (run.handler is null or run.handler = runs.handler))`);
  }
  if (after !== undefined) {
    const [name, kind, since, uuid] = [after.handler, after.fingerprint, after.since, after.uuid].map(bind);
    all.push(
      `(handler, fingerprint, failing_since, event_uuid) < (${name}, ${kind}, ${since}::timestamptz, ${uuid})`,
    );
  }
  return all.join(" and ");
}

/**
 * Lists failing runs: first the dead letters, then the retries; of a group the last to begin failing first.
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function listFailingRuns(
  database: Database,
  filter: FailingFilter,
  { state, after, limit }: FailingPaging,
): Promise<{ runs: FailingRun[]; next: FailingPlace | null }> {
  const rows: FailingRow[] = [];
  for (const each of ["dead", "retrying"] as const) {
    const isBefore = each === "dead" && after?.state === "retrying";
    if (isBefore || (state ?? each) !== each || rows.length > limit) continue;
    const { values, bind } = collectValues();
    const page = await database.query<FailingRow>(
      `select event_uuid, event_type, handler, fingerprint, state, published, failures, retries, error, due_at, started_at, queued_at,
         ended_at, ${SINCE}, handler in (select name from handlers where paused_at is not null) as paused,
         exists (select from events where uuid = event_uuid and payload is not null) as has_payload
       from runs where ${conditions(each, filter, after?.state === each ? after : undefined, bind)}
       order by ${ORDER} limit ${limit + 1 - rows.length}`,
      values,
      { timeoutMs: QUERY_TIMEOUT_MS },
    );
    rows.push(...page.rows);
  }
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { runs: rows.slice(0, limit).map(readFailingRun), next: last ? placeOf(last) : null };
}

interface FailingRow extends PlaceRow {
  readonly event_type: string;
  readonly published: Date | string;
  readonly failures: number;
  readonly retries: number;
  readonly error: string | null;
  readonly due_at: Date | string;
  readonly started_at: Date | string | null;
  readonly queued_at: Date | string;
  readonly ended_at: Date | string | null;
  readonly paused: boolean;
  readonly has_payload: boolean;
}

interface PlaceRow {
  readonly state: string;
  readonly handler: string;
  readonly fingerprint: string;
  readonly since: string;
  readonly event_uuid: string;
}

function placeOf({ state, handler, fingerprint, since, event_uuid: uuid }: PlaceRow): FailingPlace {
  return { state: state === "dead" ? "dead" : "retrying", handler, fingerprint, since, uuid };
}

function readFailingRun(row: FailingRow): FailingRun {
  const { state } = placeOf(row);
  const isDead = state === "dead";
  return {
    uuid: row.event_uuid,
    eventType: row.event_type,
    handler: row.handler,
    fingerprint: row.fingerprint,
    state,
    published: new Date(row.published).toISOString(),
    hasPayload: row.has_payload,
    attempts: row.failures,
    maxAttempts: isDead ? row.failures : row.retries + 1,
    lastError: row.error,
    nextTryAt: isDead || row.paused ? null : new Date(row.due_at),
    failedAt: new Date((isDead ? row.ended_at : row.started_at) ?? row.queued_at),
    paused: row.paused && !isDead,
  };
}

const HURRY_BATCH_SIZE = 5_000;

/**
 * Makes retries due now, batch by batch. Open circuits are probed soon. Run the due work afterwards.
 * @param after where an earlier call ended
 * @returns how many became due, how many circuits are probed, and where the next call goes on; null: that was all
 */
export async function hurryRetries(
  database: Database,
  filter: FailingFilter,
  after: FailingPlace | undefined,
): Promise<{ readonly hurried: number; readonly probed: number; readonly next: FailingPlace | null }> {
  const { values, bind } = collectValues();
  const of = filter.handler === undefined ? "" : `and name = ${bind(filter.handler)}`;
  // Handlers before runs, and runs in their order: see the migration `…_baseline.sql`.
  const { rows } = await database.query<PlaceRow & { count: string; hurried: string; probed: string }>(
    `with probed as (
       update handlers set next_probe_at = least(next_probe_at, runs_now()) where name in (
         select name from handlers where circuit_opened_at is not null ${of} order by name for update
       ) returning 1
     ), page as materialized (
       select event_uuid, handler, fingerprint, failing_since from runs
       where (select count(*) from probed) >= 0 and ${conditions("retrying", filter, after, bind)}
       order by ${ORDER} limit ${HURRY_BATCH_SIZE}
     ), locked as materialized (
       select event_uuid, handler from runs where (event_uuid, handler) in (select event_uuid, handler from page)
       order by event_uuid, handler for update
     ), hurried as (
       update runs set due_at = runs_now(), cause = 'replay' from locked
       where runs.event_uuid = locked.event_uuid and runs.handler = locked.handler and ${IS_IN.retrying} and due_at > runs_now()
       returning 1
     )
     select (select count(*) from page) as count, (select count(*) from hurried) as hurried, (select count(*) from probed) as probed,
       last.*
     from (select) always left join (
       select 'retrying' as state, handler, fingerprint, ${SINCE}, event_uuid from page
       order by handler, fingerprint, failing_since, event_uuid limit 1
     ) last on true`,
    values,
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [row] = rows;
  return {
    hurried: Number(row?.hurried ?? 0),
    probed: Number(row?.probed ?? 0),
    next: row !== undefined && Number(row.count) === HURRY_BATCH_SIZE ? placeOf(row) : null,
  };
}

/**
 * Discards dead letters. They stay in the history of their events, and can be replayed from there until the retention, which they no
 * longer hold up.
 * @returns how many there were
 */
export async function discardDeadLetters(database: Database, filter: FailingFilter): Promise<number> {
  const { values, bind } = collectValues();
  const { rows } = await database.query<{ discarded: string }>(
    `with discarded as (update runs set state = 'discarded' where ${conditions("dead", filter, undefined, bind)} returning 1)
     select count(*) as discarded from discarded`,
    values,
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return Number(rows[0]?.discarded ?? 0);
}
