-- The deliveries that brought an event again: few, and the ledger looks among them for what Okta delivered although it had been fetched.
-- A delivery without a duplicate, as nearly all are, costs no entry.
create index deliveries_with_duplicates on deliveries (id) where duplicate_uuids <> '{}';
