-- The page counts events by type, outcome and severity over time, with each event that comes. With these columns in the index it reads
-- the index alone; without them it read every event of a span, payload and all. No column is longer than 768 bytes, so an entry stays
-- below Postgres's 2,704.
--
-- While an index is made nothing can be recorded: in a store of a million events it takes some seconds. Okta repeats what it could not
-- deliver meanwhile, once.
create index events_newest_counted on events (published) include (event_type, outcome, severity);
drop index events_newest;
alter index events_newest_counted rename to events_newest;

create index events_of_type_counted on events (event_type, published) include (outcome, severity);
drop index events_of_type;
alter index events_of_type_counted rename to events_of_type;

create index events_not_successful_counted on events (outcome, published) include (event_type, severity) where outcome <> 'SUCCESS';
drop index events_not_successful;
alter index events_not_successful_counted rename to events_not_successful;

create index events_not_info_counted on events (severity, published) include (event_type, outcome) where severity <> 'INFO';
drop index events_not_info;
alter index events_not_info_counted rename to events_not_info;

-- An index alone is read where Postgres knows that a page of events holds no other versions. It notes that when it vacuums, which by
-- default is after a fifth of the table is new: the very events that are looked at most.
alter table events set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 5000);
