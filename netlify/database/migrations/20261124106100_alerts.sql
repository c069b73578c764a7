-- What is wrong and who was told of it. A row for each thing that is wrong; one that is over goes once that was told too.
create table alerts (
  -- The kind, and what it is about: an instance that finds the same thing wrong finds this row.
  id text collate "C" primary key,
  kind text not null,
  sentence text not null,
  -- What to do; null: the sentence says it.
  cure text,
  since timestamptz not null,
  -- Null: it lasts.
  ended_at timestamptz,
  -- When it was told last; null: not yet.
  told_at timestamptz,
  -- Tries in vain of the message that is due, why the last one failed, and when the next one may be made. An instance that
  -- tries moves the time on first, so that no other tries as well.
  tries integer not null default 0,
  problem text,
  next_try_at timestamptz not null
);
