-- What a sync knows of each user or group of an org that it keeps in step. The owner's table is the owner's: here are ids and times only.
create table sync_entries (
  -- Larger than each before it, also where the row was deleted meanwhile: the database's clock in milliseconds at least.
  version bigint not null,
  -- When Okta was last asked for it: by its id, or for the page of a list that it was applied from.
  read_at timestamptz not null,
  -- When it was last seen in Okta: in a list, or by its id. Null: never yet.
  seen_at timestamptz,
  -- Okta's `lastUpdated` of what was applied. Null: a read of it has begun and not ended, or it is gone.
  last_updated timestamptz,
  -- When Okta began to delete it, as its event says.
  deleted_at timestamptz,
  -- Okta has none of this id any more, and that was applied.
  gone boolean not null default false,
  -- The org's host, and the sync's name.
  org text collate "C" not null,
  sync text collate "C" not null,
  id text collate "C" not null,
  primary key (org, sync, id)
);
