import type pg from "pg";

/**
 * Fills a store with made events, four to a delivery, half a minute apart and by 20,000 people, and lets Postgres settle as
 * one that grew slowly would have. Their payloads are short: what grows with a store are its indexes.
 */
export async function fillStore(client: pg.Client, count: number): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where schemaname = 'public' and tablename = 'events' and indexname <> 'events_pkey'`,
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await client.query(
    `insert into deliveries (received_at, origin, headers, unreadable_count, event_count, new_count, duplicate_uuids, queued_at)
     select now() - (n * interval '2 minutes'), 'okta', '{}', 0, 4, 4, '{}', now()
     from generate_series($1::int / 4, 1, -1) as n`,
    [count],
  );
  await client.query(
    `insert into events (uuid, delivery_id, position, published, received_at, event_type, actor_id, actor_login,
       actor_name, target_id, target_login, target_name, outcome, severity, payload)
     select gen_random_uuid(), (n - 1) / 4 + 1, n % 4, at, at,
       (array['user.session.start', 'user.lifecycle.create', 'group.user_membership.add', 'user.session.end'])[n % 4 + 1],
       '00uactor' || a, 'actor' || a || '@example.com', 'Actor ' || a,
       '00utarget' || t, 'target' || t || '@example.com', 'Target ' || t,
       case when n % 50 = 0 then 'FAILURE' else 'SUCCESS' end, case when n % 40 = 0 then 'WARN' else 'INFO' end,
       repeat('x', 300)
     from (
       select n, now() - (($1::int - n) * interval '30 seconds') as at,
         floor(random() * 20000)::int as a, floor(random() * 20000)::int as t
       from generate_series(1, $1::int) as n
     ) as made`,
    [count],
  );
  for (const { definition } of indexes) await client.query(definition);
  await client.query("vacuum analyze");
  await client.query("checkpoint");
}
