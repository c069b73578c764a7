/** Takes a person's events and their runs away together. */
import type { Database } from "../../database/database.ts";

/** A run that is waiting, running or tried again. */
export interface UnfinishedRun {
  readonly uuid: string;
  readonly handler: string;
}

const limit = { timeoutMs: 20_000 };

/** Lists the runs of these events that have not finished. */
export async function listUnfinishedRuns(
  database: Database,
  uuids: readonly string[],
): Promise<UnfinishedRun[]> {
  if (uuids.length === 0) return [];
  const { rows } = await database.query<UnfinishedRun>(
    `select event_uuid as uuid, handler from runs
     where event_uuid = any($1::text[]) and state in ('waiting', 'held', 'running') order by 1, 2`,
    [uuids],
    limit,
  );
  return [...rows];
}

/**
 * Takes the payload and the copied columns of events, with their runs and dead letters; all of it or nothing.
 * @returns how many events lost their payload; one whose run has not finished keeps it unless `alsoUnfinished`
 */
export async function forgetRuns(
  database: Database,
  uuids: readonly string[],
  { alsoUnfinished }: { readonly alsoUnfinished: boolean },
): Promise<number> {
  if (uuids.length === 0) return 0;
  const { rows } = await database.query<{ count: string }>(
    `with going as materialized (
       select uuid from unnest($1::text[]) as uuid
       where $2 or not exists (
         select from runs where event_uuid = uuid and state in ('waiting', 'held', 'running')
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
