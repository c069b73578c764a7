-- Records a delivery for which no handler is to run: what a person fetched from the System Log and only wants to have here. It
-- counts as queued in the same statement, so that a process that dies in between leaves nothing for a handler. The ninth
-- parameter says why; the embedded engine tells statements apart by how many they have.
create function record_without_work(
  in_facts text[],
  in_headers text,
  in_envelope text,
  in_departures text,
  in_unreadable text,
  in_repeated_uuids text[],
  in_cells text[],
  in_payloads text,
  in_reason text
) returns text[] language plpgsql as $function$
declare
  recorded constant text[] := record_delivery(
    in_facts, in_headers, in_envelope, in_departures, in_unreadable, in_repeated_uuids, in_cells, in_payloads
  );
begin
  update deliveries set queued_at = received_at where id = recorded[1]::bigint and in_reason is not null;
  return recorded;
end
$function$;
