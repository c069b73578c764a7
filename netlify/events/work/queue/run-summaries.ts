/**
 * The runs of events and deliveries in one word each: the worst of them. Lists show it, so it is queried for a page at once; each event
 * costs one look into an index.
 */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";

/** What the runs of something come to. */
export interface RunSummary {
  /**
   * The first of these that fits one of its runs: `dead`, `retrying`, `running`, `waiting`, `discarded`, `done` (or superseded). `none`: it has no run. What is recorded but not queued yet is `waiting`.
   */
  readonly state: "dead" | "retrying" | "running" | "waiting" | "discarded" | "done" | "none";
  /** When the first of its retries is due; null: none is. */
  readonly nextTryAt: Date | null;
  /** It was fetched from the System Log by hand, to be recorded only. */
  readonly isRecordedOnly: boolean;
}

/** What is recorded by hand counts as queued at once: see `record_delivery` in the migration `…_baseline.sql`. */
const IS_RECORDED_ONLY = "origin = 'system-log' and queued_at = received_at";

/** A delivery can bring thousands of events: the first of its new and of its repeated events count. */
const MAX_EVENTS_OF_DELIVERY = 1000;

/** From the worst to the best: a place here, counted from 1, stands for a state. */
const states = ["dead", "retrying", "running", "waiting", "discarded", "done"] as const;

/** Of the event `event.uuid`: the place in `states` of its worst run, and the next retry. */
const worstRun = `(
  select min(case
      when state = 'dead' then 1 when state in ('waiting', 'held') and failing_since is not null then 2 when state = 'running' then 3
      when state in ('waiting', 'held') then 4 when state = 'discarded' then 5 else 6
    end) as place,
    min(due_at) filter (where state in ('waiting', 'held') and failing_since is not null) as next_try_at
  from runs where event_uuid = event.uuid collate "C"
)`;

/**
 * Summarizes the runs of events; one that is not stored is left out.
 * @throws {DatabaseError} when the database failed or took too long
 */
export function summarizeEventRuns(
  database: Database,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, RunSummary>> {
  return summarize(
    database,
    `select event.uuid as key, run.place, run.next_try_at,
       delivery.unqueued, delivery.recorded_only
     from unnest($1::text[]) wanted (uuid)
     cross join lateral (
       select uuid, delivery_id from events where uuid = wanted.uuid collate "C" limit 1
     ) event
     cross join lateral ${worstRun} run
     left join lateral (
       select queued_at is null as unqueued, ${IS_RECORDED_ONLY} as recorded_only from deliveries where id = event.delivery_id limit 1
     ) delivery on true`,
    uuids,
  );
}

/**
 * Summarizes the runs of deliveries; one that is not stored is left out.
 * @throws {DatabaseError} when the database failed or took too long
 */
export function summarizeDeliveryRuns(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RunSummary>> {
  return summarize(
    database,
    `select wanted.id::text as key, runs.place, runs.next_try_at, delivery.queued_at is null as unqueued,
       ${IS_RECORDED_ONLY} as recorded_only
     from unnest($1::bigint[]) wanted (id)
     cross join lateral (select * from deliveries where id = wanted.id limit 1) delivery
     cross join lateral (
       select min(run.place) as place, min(run.next_try_at) as next_try_at
       from (
         (select uuid from events where delivery_id = wanted.id limit ${MAX_EVENTS_OF_DELIVERY})
         union all
         (select unnest(delivery.duplicate_uuids[1:${MAX_EVENTS_OF_DELIVERY}]))
       ) event (uuid) cross join lateral ${worstRun} run
     ) runs`,
    ids,
  );
}

async function summarize(database: Database, text: string, keys: readonly string[]) {
  if (keys.length === 0) return new Map<string, RunSummary>();
  const { rows } = await database.query<SummaryRow>(text, [keys], { timeoutMs: QUERY_TIMEOUT_MS });
  return new Map(
    rows.map(({ key, place, next_try_at, unqueued, recorded_only }): [string, RunSummary] => [
      key,
      {
        state: place === null ? (unqueued ? "waiting" : "none") : (states[place - 1] ?? "none"),
        nextTryAt: next_try_at === null ? null : new Date(next_try_at),
        isRecordedOnly: recorded_only === true,
      },
    ]),
  );
}

interface SummaryRow {
  readonly key: string;
  readonly place: number | null;
  readonly next_try_at: Date | string | null;
  /** Null: its delivery is past the retention. */
  readonly unqueued: boolean | null;
  readonly recorded_only: boolean | null;
}
