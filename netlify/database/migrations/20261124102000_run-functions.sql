-- The statements on runs that every delivery makes, as functions: a connection plans each of them once and keeps the plan. Planned
-- anew for each delivery they took half a millisecond of Postgres's CPU each. They do to the queue what pg-boss's own insert, fetch
-- and complete do (tests/postgres/queue-schema.test.ts compares them); the code that calls them is netlify/events/work/queue/queue.ts.
--
-- The settings make each plan the same in every store: it uses the index that it is written for, whether or not Postgres has ever
-- looked at how the tables are filled.

-- Handlers that a person paused: their runs wait until they are resumed. It outlives deploys, and names that no handler has any more.
create table paused_handlers (
  handler text collate "C" primary key,
  paused_at timestamptz not null
);

-- A run that waits for a paused handler is `blocked`, pg-boss's word for a run that may not be taken yet: it is in none of the indexes
-- that taking walks, so a million of them cost the others nothing. This one finds them when the handler is resumed.
create index runs_of_paused_handlers on pgboss.job_common ((data ->> 'handler')) where blocked;

-- Adds runs, and notes that deliveries are queued; both or neither. `in_cells` are the runs, column by column: all ids, then all
-- uuids, event types, handlers and retries. The first `in_taken` of them are the caller's at once, as if it had taken them in the
-- same moment: they never enter the index of what waits, which is what keeps taking cheap under load. A run whose id is there
-- already, in whatever state, is left as it is. Gives the ids that were added.
create function queue_runs(
  in_cells text[],
  in_taken integer,
  in_delivery_ids bigint[],
  in_queued_at timestamptz,
  in_answer_ms real
) returns text[] language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $function$
declare
  n constant integer := cardinality(in_cells) / 5;
  moment constant timestamptz := pgboss.job_now();
  added text[] := '{}';
begin
  if n > 0 then
    with inserted as (
      insert into pgboss.job_common (
        id, name, data, singleton_key, state, started_on, heartbeat_on, start_after, created_on, keep_until,
        retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, deletion_seconds, policy, dead_letter, blocked
      )
      select
        in_cells[i]::uuid, queue.name,
        jsonb_build_object('uuid', in_cells[n + i], 'eventType', in_cells[2 * n + i], 'handler', in_cells[3 * n + i]),
        in_cells[n + i],
        case when i <= in_taken and not paused then 'active' else 'created' end::pgboss.job_state,
        case when i <= in_taken and not paused then moment end, case when i <= in_taken and not paused then moment end,
        moment, moment, moment + queue.retention_seconds * interval '1 s',
        in_cells[4 * n + i]::integer, queue.retry_delay, queue.retry_backoff, queue.retry_delay_max,
        queue.expire_seconds, queue.deletion_seconds, queue.policy, queue.dead_letter, paused
      from generate_series(1, n) as i
      cross join lateral (select in_cells[3 * n + i] in (select handler from paused_handlers) as paused) as pause, pgboss.queue
      where queue.name = 'handler-runs'
      on conflict do nothing
      returning id, blocked
    )
    select coalesce(array_agg(inserted.id::text) filter (where not inserted.blocked), '{}') into added from inserted;
  end if;
  if cardinality(in_delivery_ids) > 0 then
    update deliveries
    set queued_at = coalesce(queued_at, in_queued_at), answer_ms = coalesce(in_answer_ms, answer_ms)
    where id = any(in_delivery_ids);
  end if;
  return added;
end
$function$;

-- Takes up to `in_limit` due runs, oldest first. Nobody else gets them. Leaves the runs of a paused handler: those that are not
-- blocked yet were running when it was paused, and failed. Gives the taken ones as a JSON array; null: none is due.
create function take_runs(in_limit integer) returns jsonb language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_sort = off
as $function$
declare
  moment constant timestamptz := pgboss.job_now();
  due constant uuid[] := array(
    select id from pgboss.job_common
    where name = 'handler-runs' and state < 'active' and not blocked and start_after <= moment
      and data ->> 'handler' not in (select handler from paused_handlers)
    order by priority desc, created_on
    limit in_limit
    for update skip locked
  );
  taken jsonb;
begin
  -- Nearly every delivery finds nothing else to do.
  if due = '{}' then
    return null;
  end if;
  with updated as (
    update pgboss.job_common
    set state = 'active', started_on = moment, heartbeat_on = moment,
      retry_count = case when started_on is null then retry_count else retry_count + 1 end
    where name = 'handler-runs' and id = any(due)
    returning id, data, retry_count, retry_limit
  )
  select jsonb_agg(to_jsonb(updated)) into taken from updated;
  return taken;
end
$function$;

-- Notes that runs are done. `in_attempts` are ids with the number of the try, `id:retry_count`: a run that somebody else took in the
-- meantime is at another try, and is left to them.
create function complete_runs(in_ids uuid[], in_attempts text[]) returns void language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $function$
begin
  update pgboss.job_common
  set state = 'completed', completed_on = pgboss.job_now(), output = null
  where name = 'handler-runs' and id = any(in_ids) and state = 'active' and (id::text || ':' || retry_count) = any(in_attempts);
end
$function$;

-- A run's row is written two or three times, a delivery's twice, and each time leaves dead entries in the indexes of what waits.
-- The usual fifth of the table would let a million of them gather in a store that has grown.
alter table pgboss.job_common set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
alter table deliveries set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
