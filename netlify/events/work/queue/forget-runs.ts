/** Takes a person's events and their runs away together. */
import type { Database } from "../../database/database.ts";

/** A run that is waiting, running or tried again. */
export interface UnfinishedRun {
  readonly uuid: string;
  readonly handler: string;
}

const limit = { timeoutMs: 20_000 };

/** Lists the runs of these events that have not finished; an event that is not queued yet has them before it. */
export async function listUnfinishedRuns(
  database: Database,
  uuids: readonly string[],
): Promise<UnfinishedRun[]> {
  if (uuids.length === 0) return [];
  const { rows } = await database.query<UnfinishedRun>(
    `select event_uuid as uuid, handler from runs
     where event_uuid = any($1::text[]) and state in ('waiting', 'held', 'running')
     union all
     select uuid, 'not queued yet' from events cross join lateral (
       select queued_at from deliveries where deliveries.id = events.delivery_id limit 1
     ) delivery where uuid = any($1::text[]) and payload is not null and queued_at is null
     order by 1, 2`,
    [uuids],
    limit,
  );
  return [...rows];
}

/**
 * Takes the payload and the copied columns of events, with their runs and dead letters; all of it or nothing.
 * @returns how many events lost their payload; one that is not queued yet or whose run has not finished keeps it unless
 * `alsoUnfinished`
 */
export async function forgetRuns(
  database: Database,
  uuids: readonly string[],
  { alsoUnfinished }: { readonly alsoUnfinished: boolean },
): Promise<number> {
  if (uuids.length === 0) return 0;
  const { rows } = await database.query<{ count: string }>(
    `with going as materialized (
       select uuid from unnest($1::text[]) as event (uuid)
       where $2 or not exists (
         select from runs where event_uuid = uuid and state in ('waiting', 'held', 'running')
       ) and not exists (
         select from events join deliveries on deliveries.id = events.delivery_id
         where events.uuid = event.uuid collate "C" and queued_at is null
       )
     ), forgotten as (
       update events set
         payload = null, schema_deviations = null, actor_id = null, actor_login = null, actor_name = null,
         target_id = null, target_login = null, target_name = null
       where uuid in (select uuid collate "C" from going)
       returning 1
     )
     select (select count(*) from forgotten) as count, delete_runs(array(select uuid from going))`,
    [uuids, alsoUnfinished],
    limit,
  );
  return Number(rows[0]?.count ?? 0);
}
