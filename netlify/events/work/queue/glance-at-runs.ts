/**
 * How events and deliveries stand with their handlers, in one word each: the worst of their latest runs. Lists show it, so it
 * is asked for a page at once; each event costs one look into the index of its runs.
 */
import type { Database } from "../../database/database.ts";
import { QUERY_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue-names.ts";

/** How something stands with its handlers. */
export interface Glance {
  /**
   * The first of these that fits one of its runs: `dead`, `retrying`, `running`, `waiting`, `discarded` (dead, and its letter was
   * discarded), `done`. `none`: no handler listens. What is recorded but not queued yet is `waiting`.
   */
  readonly state: "dead" | "retrying" | "running" | "waiting" | "discarded" | "done" | "none";
  /** When the first of its retries is due; null: none is. */
  readonly nextTryAt: Date | null;
}

/** A delivery can bring thousands of events: it stands as the first of its new and of its repeated events do. */
const MOST_OF_A_DELIVERY = 1000;

/** From the worst to the best: the state of a run is told by its place here, counted from 1. */
const states = ["dead", "retrying", "running", "waiting", "discarded", "done"] as const;

/**
 * Of the event `event.uuid`: the place in `states` of its worst latest run, and the next retry. `name || ''` keeps Postgres
 * from also walking an index that has the queue's name, which is to walk every run there is.
 */
const worstRun = `(
  select min(case latest.state
      when 'failed' then case when exists (
        select from pgboss.job letter
        where letter.singleton_key = event.uuid collate "default" and letter.name || '' = '${DEAD_LETTERS_QUEUE}'
          and letter.data ->> 'handler' = latest.handler
      ) then 1 else 5 end
      when 'retry' then 2 when 'active' then 3 when 'created' then 4 else 6
    end) as place,
    min(latest.start_after) filter (where latest.state = 'retry') as next_try_at
  from (
    select distinct on (data ->> 'handler') data ->> 'handler' as handler, state, start_after from pgboss.job
    where name || '' = $1 and singleton_key = event.uuid collate "default"
    order by data ->> 'handler', created_on desc
  ) latest
)`;

/**
 * Looks at events by their `uuid`; one that is not stored is left out.
 * @throws {DatabaseError} when the database failed or took too long
 */
export function glanceAtEvents(
  database: Database,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, Glance>> {
  return glance(
    database,
    `select event.uuid as key, run.place, run.next_try_at,
       (select queued_at is null from deliveries where id = event.delivery_id) as unqueued
     from unnest($2::text[]) wanted (uuid)
     cross join lateral (
       select uuid, delivery_id from events where uuid = wanted.uuid collate "C" limit 1
     ) event
     cross join lateral ${worstRun} run`,
    uuids,
  );
}

/**
 * Looks at deliveries by their id; one that is not stored is left out.
 * @throws {DatabaseError} when the database failed or took too long
 */
export function glanceAtDeliveries(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Glance>> {
  return glance(
    database,
    `select wanted.id::text as key, runs.place, runs.next_try_at, delivery.queued_at is null as unqueued
     from unnest($2::bigint[]) wanted (id)
     cross join lateral (select * from deliveries where id = wanted.id limit 1) delivery
     cross join lateral (
       select min(run.place) as place, min(run.next_try_at) as next_try_at
       from (
         (select uuid from events where delivery_id = wanted.id limit ${MOST_OF_A_DELIVERY})
         union all
         (select unnest(delivery.duplicate_uuids[1:${MOST_OF_A_DELIVERY}]))
       ) event (uuid) cross join lateral ${worstRun} run
     ) runs`,
    ids,
  );
}

async function glance(database: Database, text: string, keys: readonly string[]) {
  if (keys.length === 0) return new Map<string, Glance>();
  const { rows } = await database.query<GlanceRow>(text, [RUNS_QUEUE, keys], { timeoutMs: QUERY_TIMEOUT_MS });
  return new Map(
    rows.map(({ key, place, next_try_at, unqueued }): [string, Glance] => [
      key,
      {
        state: place === null ? (unqueued ? "waiting" : "none") : (states[place - 1] ?? "none"),
        nextTryAt: next_try_at === null ? null : new Date(next_try_at),
      },
    ]),
  );
}

interface GlanceRow {
  readonly key: string;
  readonly place: number | null;
  readonly next_try_at: Date | string | null;
  /** Null: its delivery is past the retention. */
  readonly unqueued: boolean | null;
}
