import type pg from "pg";

/** What a store is filled with. */
export interface Filling {
  readonly events: number;
  /** How long an event's payload is. Without it short: what most of the measurements need are the indexes. */
  readonly payloadBytes?: number;
  /** Whether each third event also has runs, and what they came to. */
  readonly runs?: boolean;
}

/** How the events of a filled store are spread. */
export const filled = {
  days: 90,
  people: 20_000,
  org: "example.okta.com",
  /** Every twentieth event is by it. */
  system: { id: "00usystem0000000000", login: "system@example.com" },
  /** Of the runs in a store of a million events; fewer in proportion. */
  dead: 5_000,
  retrying: 3_000,
  waiting: 2_000,
  /** The types that handlers listen to, the usual ones first; the others have no runs. */
  handled: ["group.user_membership.add", "user.lifecycle.create", "user.lifecycle.deactivate"],
} as const;

/** From the most usual to the rarest: each comes half as often as the one before. */
const types = [
  "user.session.start",
  "user.authentication.sso",
  ...filled.handled.slice(0, 1),
  "user.session.end",
  ...filled.handled.slice(1),
  "user.account.lock",
  "user.account.update_password",
  "application.user_membership.add",
  "user.mfa.factor.activate",
  "group.lifecycle.create",
  "user.account.privilege.grant",
];

/**
 * Fills a store with made events, five to two deliveries, over 90 days and by and about 20,000 people, some of whom do much more than
 * the others; and lets Postgres settle as one that grew slowly would have.
 */
export async function fillStore(client: pg.Client, { events, payloadBytes = 300, runs = false }: Filling) {
  const indexes = await dropIndexes(client);
  await client.query(
    `insert into deliveries (received_at, event_id, hook_id, origin, headers, envelope, unreadable_count, event_count, new_count,
       duplicate_uuids, queued_at, answer_ms)
     select now() - ($1::int - n) * (interval '${filled.days} days' / $1::int), 'delivery-' || n, 'whoexample',
       case when n % 50 = 0 then 'system-log' else 'okta' end,
       '{"accept":"application/json","content-type":"application/json","authorization":"[redacted]"}',
       '{"eventType":"com.okta.event_hook","source":"https://${filled.org}/api/v1/eventHooks/whoexample","data":{"events":[]}}',
       0, 2 + n % 2, 2 + n % 2, case when n % 100 = 0 then array[md5('event' || n)] else '{}' end,
       now(), 5
     from generate_series(1, $1::int) as n`,
    [Math.ceil(events * 0.4)],
  );
  await client.query(
    `insert into events (uuid, delivery_id, position, published, received_at, event_type, actor_id, actor_login,
       actor_name, target_id, target_login, target_name, outcome, severity, payload)
     select uuid, delivery_id, n % 3, at, at + random() * interval '20 seconds', event_type, actor_id, actor_login,
       actor_name, target_id, target_login, target_name, outcome, severity,
       head || repeat('x', greatest(0, $2 - length(head) - 4)) || '"}}}'
     from (
       select *, json_build_object('uuid', uuid, 'published', at, 'eventType', event_type,
           'actor', json_build_object('id', actor_id, 'type', 'User', 'alternateId', actor_login, 'displayName', actor_name),
           'target', json_build_array(
             json_build_object('id', target_id, 'type', 'User', 'alternateId', target_login, 'displayName', target_name)),
           'outcome', json_build_object('result', outcome), 'severity', severity
         )::text as whole
       from (
         select n, md5('event' || n) as uuid, (n - 1) * 2 / 5 + 1 as delivery_id, at,
           ($3::text[])[1 + least(floor(-ln(1 - random()) / ln(2))::int, cardinality($3) - 1)] as event_type,
           case when n % 20 = 0 then '${filled.system.id}' else '00uperson' || lpad(a::text, 11, '0') end as actor_id,
           case when n % 20 = 0 then '${filled.system.login}' else 'person' || a || '@example.com' end as actor_login,
           case when n % 20 = 0 then 'System' else 'Person ' || a end as actor_name,
           '00uperson' || lpad(t::text, 11, '0') as target_id, 'person' || t || '@example.com' as target_login,
           'Person ' || t as target_name,
           case when n % 50 = 0 then 'FAILURE' when n % 200 = 1 then 'DENY' else 'SUCCESS' end as outcome,
           case when n % 40 = 0 then 'WARN' else 'INFO' end as severity
         from (
           select n, now() - ($1::int - n) * (interval '${filled.days} days' / $1::int) - interval '20 seconds' as at,
             floor(power(random(), 3) * ${filled.people})::int as a, floor(power(random(), 3) * ${filled.people})::int as t
           from generate_series(1, $1::int) as n
         ) numbered
       ) made
     ) told, lateral (
       select left(whole, -1) || ',"debugContext":{"debugData":{"detail":"' as head
     ) begun
     order by n`,
    [events, payloadBytes, types],
  );
  if (runs) await addRuns(client, events);
  for (const definition of indexes) await client.query(definition);
  await client.query("vacuum (analyze, freeze)");
  await client.query("checkpoint");
}

/** Indexes of a filled table are made in a fraction of the time in which they grow with it. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select format('%I.%I', schemaname, indexname) as name, indexdef as definition from pg_indexes
     where (schemaname, tablename) = ('public', 'events') and indexname <> 'events_pkey'`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

/** The runs of two handlers, one of which listens to one type only, and the log that the ledger compared in the last week. */
async function addRuns(client: pg.Client, events: number): Promise<void> {
  const inProportion = (count: number) => Math.max(10, Math.round((count * events) / 1_000_000));
  const dead = inProportion(filled.dead);
  const retrying = dead + inProportion(filled.retrying);
  const waiting = retrying + inProportion(filled.waiting);
  // The latest are those that are not done.
  await client.query(
    `insert into runs (event_uuid, handler, event_type, state, published, queued_at, started_at, ended_at, failing_since, due_at, retries,
       failures, tries, cause, error)
     select uuid, handler, event_type,
       case when n <= $2 then 'dead' when n <= $4 then 'waiting' else 'done' end::run_state, published, received_at,
       case when n <= $3 or n > $4 then received_at end, case when n <= $2 or n > $4 then received_at end,
       case when n <= $3 then received_at end,
       case when n between $2 + 1 and $3 then now() + (n - $2) * interval '10 seconds' else received_at end,
       10, case when n <= $2 then 10 when n <= $3 then 3 else 0 end, case when n between $3 + 1 and $4 then 0 else 1 end, 'event',
       case when n <= $3 then 'The directory answered ' || (500 + n % 5) end
     from (
       select row_number() over (order by published desc, handler) as n, * from (
         select uuid, event_type, received_at, published, handler from events
         cross join unnest(case when event_type = '${filled.handled[0]}' then array['tell-team'] else array['greet-new-user', 'tell-team'] end)
           as handler
         where event_type = any($1)
       ) heard
     ) numbered`,
    [filled.handled, dead, retrying, waiting],
  );
  await client.query(
    `insert into log_events (uuid, org, hour, unknown)
     select uuid, $1, date_trunc('hour', published, 'UTC'), false from events where published > now() - interval '8 days'`,
    [filled.org],
  );
  await client.query(
    `insert into ledger_hours (org, hour, in_log, in_time, open)
     select $1, date_trunc('hour', published, 'UTC'), count(*), count(*), date_trunc('hour', published, 'UTC') > now() - interval '3 hours'
     from events group by 2`,
    [filled.org],
  );
}
