/** Takes a person's events and their runs away together. */
import type { Database } from "../../database/database.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue-names.ts";

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
    `select distinct singleton_key as uuid, data ->> 'handler' as handler from pgboss.job
     where name = $1 and singleton_key = any($2::text[]) and state < 'completed'
     union all
     select uuid, 'not queued yet' from events cross join lateral (
       select queued_at from deliveries where deliveries.id = events.delivery_id limit 1
     ) delivery where uuid = any($2::text[]) and payload is not null and queued_at is null
     order by 1, 2`,
    [RUNS_QUEUE, uuids],
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
    `with going as (
       select uuid from unnest($1::text[]) as event (uuid)
       where $2 or not exists (
         select from pgboss.job where name = $3 and singleton_key = uuid and state < 'completed'
       ) and not exists (
         select from events join deliveries on deliveries.id = events.delivery_id
         where events.uuid = event.uuid collate "C" and queued_at is null
       )
     ), forgotten as (
       update events set
         payload = null, departures = null, actor_id = null, actor_login = null, actor_name = null,
         target_id = null, target_login = null, target_name = null
       where uuid in (select uuid collate "C" from going)
       returning delivery_id
     ), unproven as (
       update deliveries set body_sha256 = '' where body_sha256 <> '' and id = any(array(
         select delivery_id from forgotten
         union select id from deliveries where id > 0 and duplicate_uuids <> '{}' and duplicate_uuids && array(select uuid from going)
       ))
     ), gone as (
       delete from pgboss.job where name = any(array[$3, $4]) and singleton_key in (select uuid from going)
     )
     select count(*) from forgotten`,
    [uuids, alsoUnfinished, RUNS_QUEUE, DEAD_LETTERS_QUEUE],
    limit,
  );
  return Number(rows[0]?.count ?? 0);
}
