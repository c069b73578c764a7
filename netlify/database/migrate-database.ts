/** Applies the migrations. To Netlify Database a deploy applies them itself; here it is done for `netlify dev` and for tests. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** The project's migrations, in the place where a deploy looks for them. */
export const migrationsDirectory = join(import.meta.dirname, "migrations");

/** How far a database is. */
export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Applied by newer code, and unknown to this. */
  readonly unknown: readonly string[];
}

/** Where the names of the applied migrations are kept, as Netlify has it. */
const NETLIFY_TABLE = "netlify.migrations";

/**
 * Applies to a local Netlify Database what has not been applied yet.
 * @param connectionString the database, e.g. the value of `NETLIFY_DB_URL`
 * @returns the names of the migrations applied, in order
 * @throws what Postgres says when a migration fails or the database cannot be reached; then nothing is applied. An error where the
 *   database was made before the first release
 */
export async function migrateDatabase(
  connectionString: string,
  directory: string = migrationsDirectory,
): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await refuseOlderThanBaseline(client);
    await client.query("create schema if not exists netlify");
    return await applyMigrations(client, NETLIFY_TABLE, directory);
  } finally {
    await client.end();
  }
}

/** Before the first release there were other migrations, and no way over from them. */
async function refuseOlderThanBaseline(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ older: boolean }>(
    "select to_regclass('netlify.migrations') is not null and to_regclass('pgboss.job') is not null as older",
  );
  if (rows[0]?.older) throw new Error("it was made before the first release, and cannot be taken over");
}

/**
 * Applies what is pending, all of it or nothing, in one transaction: it works through a pooler, and of two at once one waits.
 * @param table where the names of the applied migrations are kept
 * @param check may throw where the database is not to be touched
 * @returns the names of the migrations applied, in order
 */
export async function applyMigrations(
  client: pg.Client,
  table: string,
  directory: string = migrationsDirectory,
  check: (status: MigrationStatus) => void = () => {},
): Promise<readonly string[]> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [table]);
    await client.query(
      `create table if not exists ${table} (name text primary key, applied_at timestamptz not null default now())`,
    );
    const status = await readMigrationStatus(client, table, directory);
    check(status);
    for (const name of status.pending) {
      await client.query(await readFile(join(directory, `${name}.sql`), "utf8"));
      await client.query(`insert into ${table} (name) values ($1)`, [name]);
    }
    await client.query("commit");
    return status.pending;
  } catch (error) {
    await client.query("rollback").catch(() => {}); // The connection may be the reason.
    throw error;
  }
}

/** Where no migration was ever applied there is no table either. */
export async function readMigrationStatus(
  client: pg.Client,
  table: string,
  directory: string = migrationsDirectory,
): Promise<MigrationStatus> {
  const known = await listMigrations(directory);
  const { rows: found } = await client.query("select 1 where to_regclass($1) is not null", [table]);
  const { rows } =
    found.length === 0
      ? { rows: [] }
      : await client.query<{ name: string }>(`select name from ${table} order by name`);
  const applied = rows.map(({ name }) => name);
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/** @returns the names of the project's migrations, in order */
export async function listMigrations(directory: string = migrationsDirectory): Promise<readonly string[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".sql"));
  return files.map((file) => file.slice(0, -".sql".length)).sort();
}
