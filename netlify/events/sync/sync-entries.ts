/**
 * What is known of the users or groups that a sync keeps in step: a row for each, which stays when it is removed. Whoever reads one takes
 * a version first, larger than any before: so of two that write, the one that began to read later wins.
 */
import type { SyncStore } from "../../handler-kit/define-sync.ts";
import type { Environment } from "../../settings/environment.ts";
import { readSiteOktaSettings } from "../../settings/okta-settings.ts";
import type { Database } from "../database/database.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";

/** Which sync, with which org. */
export interface SyncKey {
  /** The org's host. */
  readonly org: string;
  readonly sync: string;
}

/** An id with its version. */
export interface VersionedId {
  readonly id: string;
  readonly version: number;
}

/** A read that has ended. */
export interface EndedRead {
  readonly id: string;
  /** Null: it was listed, and nothing had to be applied. */
  readonly version: number | null;
  /** As Okta says; null: Okta has none of this id any more. */
  readonly lastUpdated: string | null;
}

const limit = { timeoutMs: WORK_TIMEOUT_MS };
/** As JavaScript reads it, with Postgres's microseconds. */
const NOW = `to_char(runs_now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const NOW_MS = "(extract(epoch from runs_now()) * 1000)::bigint";

/** Begins reads by id: takes a version for each. Okta is asked afterwards. */
export async function beginReads(
  database: Database,
  { org, sync }: SyncKey,
  ids: readonly string[],
  deletedAt: Date | null = null,
): Promise<readonly (VersionedId & { readonly deletedAt: Date | null; readonly now: Date })[]> {
  const { rows } = await database.query<{ id: string; version: string; deleted_at: Date | null; now: Date }>(
    `insert into sync_entries as entry (org, sync, id, version, read_at, deleted_at)
     select $1, $2, id, ${NOW_MS}, runs_now(), $4 from unnest($3::text[]) as id order by id
     on conflict (org, sync, id) do update set
       version = greatest(entry.version + 1, excluded.version),
       read_at = excluded.read_at, last_updated = null, gone = false,
       deleted_at = greatest(entry.deleted_at, excluded.deleted_at)
     returning id, version, deleted_at, runs_now() as now`,
    [org, sync, ids, deletedAt?.toISOString() ?? null],
    limit,
  );
  return rows.map(({ id, version, deleted_at, now }) => ({
    id,
    version: Number(version),
    deletedAt: deleted_at && new Date(deleted_at),
    now: new Date(now),
  }));
}

/**
 * Of a page of a list, takes a version for each entry that is new or changed, unless something newer is known or about to be: a read by
 * its id since the page was asked for, or a run that waits or runs.
 * @param askedAt when the page was asked for, by the database's clock
 * @returns those that are new or changed; without a version where a run is to apply it
 */
export async function takeListed(
  database: Database,
  { org, sync }: SyncKey,
  askedAt: string,
  listed: readonly { readonly id: string; readonly lastUpdated: string }[],
): Promise<ReadonlyMap<string, number | null>> {
  const { rows } = await database.query<{ id: string; version: string | null }>(
    // Each step is a look-up by key, so that no plan can read a whole table, whatever Postgres knows of it.
    `with changed as (
       select listed.id from unnest($4::text[], $5::timestamptz[]) as listed (id, last_updated)
       left join lateral (
         select last_updated, gone from sync_entries where org = $1 and sync = $2 and id = listed.id limit 1
       ) as entry on true
       where entry.gone is distinct from false or entry.last_updated is distinct from listed.last_updated
       order by listed.id
     ), taken as (
       insert into sync_entries as entry (org, sync, id, version, read_at)
       select $1, $2, id, ${NOW_MS}, $3 from changed
       where (select true from runs where handler = $2 and key = changed.id and state in ('waiting', 'running') limit 1) is null
       on conflict (org, sync, id) do update set
         version = greatest(entry.version + 1, excluded.version),
         read_at = excluded.read_at, last_updated = null, gone = false
       where entry.read_at < excluded.read_at
       returning id, version
     )
     select id, version from changed left join taken using (id)`,
    [org, sync, askedAt, listed.map(({ id }) => id), listed.map(({ lastUpdated }) => lastUpdated)],
    limit,
  );
  return new Map(rows.map(({ id, version }) => [id, version === null ? null : Number(version)]));
}

/**
 * Notes that entries were read and applied, each unless a newer read of it has begun.
 * @param how by their ids they were read later than anything that a page asked for before can say
 * @returns the time by the database's clock
 */
export async function endReads(
  database: Database,
  { org, sync }: SyncKey,
  reads: readonly EndedRead[],
  how: "by-id" | "listed",
): Promise<string> {
  const { rows } = await database.query<{ now: string }>(
    `with locked as (
       select id from sync_entries where org = $1 and sync = $2 and id = any($3::text[]) order by id for update
     ), ended as (
       update sync_entries as entry set
         seen_at = case when read.gone then entry.seen_at else runs_now() end,
         read_at = case when $6 then greatest(entry.read_at, runs_now()) else entry.read_at end,
         last_updated = case when entry.version = read.version then read.last_updated else entry.last_updated end,
         gone = case when entry.version = read.version then read.gone else entry.gone end
       from locked join (
         select id, version, last_updated, last_updated is null as gone
         from unnest($3::text[], $4::bigint[], $5::timestamptz[]) as given (id, version, last_updated)
       ) as read using (id)
       where entry.org = $1 and entry.sync = $2 and entry.id = read.id
     )
     select ${NOW} as now`,
    [
      org,
      sync,
      reads.map(({ id }) => id),
      reads.map(({ version }) => version),
      reads.map(({ lastUpdated }) => lastUpdated),
      how === "by-id",
    ],
    limit,
  );
  return only(rows).now;
}

/** Of a page of a list: how many are new or changed, and how many were there already. */
export async function countListed(
  database: Database,
  { org, sync }: SyncKey,
  listed: readonly { readonly id: string; readonly lastUpdated: string }[],
): Promise<{ readonly changed: number; readonly known: number }> {
  const { rows } = await database.query<{ changed: string; known: string }>(
    `select
       count(*) filter (where entry.gone is distinct from false or entry.last_updated is distinct from listed.last_updated) as changed,
       count(*) filter (where not entry.gone) as known
     from unnest($3::text[], $4::timestamptz[]) as listed (id, last_updated)
     left join lateral (
       select last_updated, gone from sync_entries where org = $1 and sync = $2 and id = listed.id limit 1
     ) as entry on true`,
    [org, sync, listed.map(({ id }) => id), listed.map(({ lastUpdated }) => lastUpdated)],
    limit,
  );
  return { changed: Number(only(rows).changed), known: Number(only(rows).known) };
}

/** How a sync is before its list is read. */
export interface SyncStanding {
  /** The time by the database's clock. */
  readonly now: string;
  readonly paused: boolean;
}

export async function readStanding(database: Database, sync: string): Promise<SyncStanding> {
  const { rows } = await database.query<SyncStanding>(
    `select ${NOW} as now, exists (select from handlers where name = $1 and paused_at is not null) as paused`,
    [sync],
    limit,
  );
  return only(rows);
}

/** How many there are, and how many of them nobody has seen since then. */
export async function countUnseen(
  database: Database,
  { org, sync }: SyncKey,
  since: string,
): Promise<{ readonly present: number; readonly unseen: number }> {
  const { rows } = await database.query<{ present: string; unseen: string }>(
    `select count(*) as present, count(*) filter (where seen_at is null or seen_at < $3) as unseen
     from sync_entries where org = $1 and sync = $2 and not gone`,
    [org, sync, since],
    limit,
  );
  return { present: Number(only(rows).present), unseen: Number(only(rows).unseen) };
}

/** The next of those that nobody has seen since then, or whose read has begun and not ended. */
export async function findUnseen(
  database: Database,
  { org, sync }: SyncKey,
  { since, after, count }: { readonly since: string; readonly after: string; readonly count: number },
): Promise<readonly string[]> {
  const { rows } = await database.query<{ id: string }>(
    `select id from sync_entries
     where org = $1 and sync = $2 and id > $4 and not gone and (seen_at is null or seen_at < $3 or last_updated is null)
     order by id limit $5`,
    [org, sync, since, after, count],
    limit,
  );
  return rows.map(({ id }) => id);
}

/** The row of everybody: when all were compared last. It is gone from all counts. */
const EVERYBODY = "";

/** Notes that everybody was compared. */
export async function markCompared(
  database: Database,
  { org, sync }: SyncKey,
  startedAt: string,
): Promise<void> {
  await database.query(
    `insert into sync_entries (org, sync, id, version, read_at, seen_at, gone) values ($1, $2, $3, 0, $4, runs_now(), true)
     on conflict (org, sync, id) do update set read_at = excluded.read_at, seen_at = excluded.seen_at`,
    [org, sync, EVERYBODY, startedAt],
    limit,
  );
}

/** @returns when everybody was compared last; null: never */
export async function readCompared(database: Database, { org, sync }: SyncKey): Promise<Date | null> {
  const { rows } = await database.query<{ seen_at: Date | string }>(
    "select seen_at from sync_entries where org = $1 and sync = $2 and id = $3",
    [org, sync, EVERYBODY],
    limit,
  );
  return rows[0] === undefined ? null : new Date(rows[0].seen_at);
}

/** What is kept of a sync for an org. */
export interface StoredSync extends SyncKey {
  /** Users or groups that are there as far as is known. */
  readonly present: number;
  /** When everybody was compared last; null: never. */
  readonly comparedAt: Date | null;
}

/** Every sync of which something is kept, also of one that is no more. */
export async function listSyncs(database: Database): Promise<readonly StoredSync[]> {
  const { rows } = await database.query<{
    org: string;
    sync: string;
    present: string;
    compared_at: Date | string | null;
  }>(
    `select org, sync, count(*) filter (where not gone) as present, max(seen_at) filter (where id = $1) as compared_at
     from sync_entries group by org, sync order by sync, org`,
    [EVERYBODY],
    limit,
  );
  return rows.map(({ org, sync, present, compared_at }) => ({
    org,
    sync,
    present: Number(present),
    comparedAt: compared_at === null ? null : new Date(compared_at),
  }));
}

/** Forgets a sync that is no more: all its rows here, of every org. @returns how many */
export async function dropSync(database: Database, sync: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(
    "with dropped as (delete from sync_entries where sync = $1 returning id) select count(*) from dropped where id <> $2",
    [sync, EVERYBODY],
    limit,
  );
  return Number(only(rows).count);
}

/** Counts or forgets what is kept of a person. An id that is synced again begins with a larger version all the same. */
export async function forgetEntries(
  database: Database,
  ids: readonly string[],
  erase: boolean,
): Promise<number> {
  const theirs = "from sync_entries where id = any($1::text[])";
  const { rows } = await database.query<{ count: string }>(
    erase
      ? `with gone as (delete ${theirs} returning 1) select count(*) from gone`
      : `select count(*) ${theirs}`,
    [ids],
    limit,
  );
  return Number(only(rows).count);
}

/** The versions of a sync's ids, for its runs. Without an org each read throws a SettingsError. */
export function openSyncStore(database: Database, sync: string, environment: Environment): SyncStore {
  const org = () => new URL(readSiteOktaSettings(environment).orgUrl).host;
  return {
    async begin(id, deletedAt) {
      return only(await beginReads(database, { org: org(), sync }, [id], deletedAt));
    },
    async end(id, version, lastUpdated) {
      await endReads(database, { org: org(), sync }, [{ id, version, lastUpdated }], "by-id");
    },
  };
}

/** The row of a statement that gives one whatever there is. */
function only<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error("The statement gave no row");
  return row;
}
