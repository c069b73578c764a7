-- What proves that a body, put together again of its envelope and its events, is the one that came.
alter table deliveries
  -- Of the bytes as they came. Null: there was no call, or it came to a version that kept none. Empty: taken away with something that
  -- stood in the body. A hash of a text of which all but a name is known tells the name to who tries names.
  add column body_sha256 bytea,
  -- A JSON array of what stood before each event (netlify/hook/body-parts.ts); null: nothing but a comma between two.
  add column event_gaps text;

-- As in `…_store.sql`, and in `in_facts` also the two columns above and the places of `in_repeated_uuids`: `duplicate_uuids` are in
-- the delivery's order, so that the places which its other events leave free are theirs.
create or replace function record_delivery(
  in_facts text[],
  in_headers text,
  in_envelope text,
  in_departures text,
  in_unreadable text,
  in_repeated_uuids text[],
  in_cells text[],
  in_payloads text
) returns text[] language plpgsql as $function$
declare
  n constant integer := cardinality(in_cells) / 15;
  new_delivery_id constant bigint := nextval('deliveries_id_seq');
  received constant timestamptz := in_facts[1];
  unreadable_events constant integer := in_facts[8];
  new_uuids text[] := '{}';
  duplicates text[] := '{}';
begin
  if n = 1 then
    insert into events (
      uuid, delivery_id, position, published, received_at, event_type, actor_id, actor_login, actor_name, target_id,
      target_login, target_name, outcome, severity, departures, payload
    ) values (
      in_cells[1], new_delivery_id, in_cells[2]::integer, in_cells[3]::timestamptz, received, in_cells[4], in_cells[5],
      in_cells[6], in_cells[7], in_cells[8], in_cells[9], in_cells[10], in_cells[11], in_cells[12], in_cells[13],
      in_payloads
    )
    on conflict (uuid) do nothing;
    if found then
      new_uuids := in_cells[1:1];
    end if;
  elsif n > 1 then
    declare
      payload_bytes constant bytea := convert_to(in_payloads, 'UTF8');
    begin
      with inserted as (
        insert into events (
          uuid, delivery_id, position, published, received_at, event_type, actor_id, actor_login, actor_name,
          target_id, target_login, target_name, outcome, severity, departures, payload
        )
        select
          e.uuid, new_delivery_id, e.position::integer, e.published::timestamptz, received, e.event_type, e.actor_id,
          e.actor_login, e.actor_name, e.target_id, e.target_login, e.target_name, e.outcome, e.severity,
          e.departures, convert_from(substring(payload_bytes from e.start::integer for e.size::integer), 'UTF8')
        from unnest(
          in_cells[1:n], in_cells[n + 1:2 * n], in_cells[2 * n + 1:3 * n], in_cells[3 * n + 1:4 * n],
          in_cells[4 * n + 1:5 * n], in_cells[5 * n + 1:6 * n], in_cells[6 * n + 1:7 * n],
          in_cells[7 * n + 1:8 * n], in_cells[8 * n + 1:9 * n], in_cells[9 * n + 1:10 * n],
          in_cells[10 * n + 1:11 * n], in_cells[11 * n + 1:12 * n], in_cells[12 * n + 1:13 * n],
          in_cells[13 * n + 1:14 * n], in_cells[14 * n + 1:15 * n]
        ) as e (
          uuid, position, published, event_type, actor_id, actor_login, actor_name, target_id, target_login,
          target_name, outcome, severity, departures, start, size
        )
        on conflict (uuid) do nothing
        returning uuid
      )
      select coalesce(array_agg(inserted.uuid), '{}') into new_uuids from inserted;
    end;
  end if;

  if cardinality(new_uuids) < n or in_repeated_uuids <> '{}' then
    duplicates := array(
      select again.uuid from (
        select e.uuid, e.position::integer
        from unnest(in_cells[1:n], in_cells[n + 1:2 * n]) as e (uuid, position)
        where e.uuid not in (select unnest(new_uuids))
        union all
        select r.uuid, r.position from unnest(in_repeated_uuids, in_facts[11]::integer[]) as r (uuid, position)
      ) as again (uuid, position)
      order by again.position
    );
  end if;

  insert into deliveries (
    id, received_at, event_id, hook_id, origin, hookdeck_event_id, hookdeck_attempt, hookdeck_url, unreadable_count,
    headers, envelope, departures, unreadable, event_count, new_count, duplicate_uuids, queued_at,
    body_sha256, event_gaps
  ) values (
    new_delivery_id, received, in_facts[2], in_facts[3], in_facts[4], in_facts[5], in_facts[6]::integer, in_facts[7],
    unreadable_events, in_headers, in_envelope, in_departures, in_unreadable,
    n + cardinality(in_repeated_uuids) + unreadable_events, cardinality(new_uuids), duplicates,
    case when new_uuids = '{}' then received end, decode(in_facts[9], 'hex'), in_facts[10]
  );
  return new_delivery_id::text || new_uuids;
end
$function$;
