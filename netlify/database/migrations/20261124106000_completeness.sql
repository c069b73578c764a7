-- Okta's System Log held against the store: how far the comparison came, what it saw, and the sums of each hour.

-- How catch-up stands with an org, as JSON: see netlify/catch-up/state.ts. Blobs hold the same as a hint that wakes no
-- database; this is the copy that lasts. An org is named by its host: another org begins anew.
create table catch_up (
  org text collate "C" primary key,
  state text not null,
  saved_at timestamptz not null
);

-- Each event that a comparison saw in the log, so that one that is read again counts once. Kept for eight days, in which
-- the sums of its hour can still change.
create table log_events (
  uuid text collate "C" primary key,
  org text collate "C" not null,
  -- The hour in which it was published.
  hour timestamptz not null,
  -- Its hook has a filter, and the log does not say whether it let the event pass.
  unknown boolean not null
);
create index log_events_of_hour on log_events (hour);

-- The ledger: the sums of each hour that has events in the log. Which hours were compared as a whole, stands in `catch_up`.
create table ledger_hours (
  org text collate "C" not null,
  hour timestamptz not null,
  in_log integer not null default 0,
  -- Delivered before the log was looked at.
  in_time integer not null default 0,
  -- Fetched from the log, and delivered afterwards.
  late integer not null default 0,
  -- Fetched from the log, and less than 60 minutes old: Okta may deliver it still.
  fetched integer not null default 0,
  -- Fetched from the log, and not delivered within 60 minutes.
  missed integer not null default 0,
  unknown integer not null default 0,
  -- From published to received, of what Okta delivered.
  median_ms real,
  p95_ms real,
  -- Whether the sums are to be taken again: an event was seen since, or one that was fetched may still come.
  open boolean not null default true,
  primary key (org, hour)
);
create index ledger_hours_open on ledger_hours (org) where open;
