/** A Postgres of one's own, as the build and the commands see it: whether it can be used, and how far it is migrated. */
import { performance } from "node:perf_hooks";
import pg from "pg";
import { DatabaseError } from "../events/database/database-error.ts";
import { nameFailure } from "../events/database/postgres.ts";
import { type PostgresSettings, readDatabaseSettings, userOfDeploy } from "../settings/database-settings.ts";
import type { Environment } from "../settings/environment.ts";
import { applyMigrations, type MigrationStatus, readMigrationStatus } from "./migrate-database.ts";

/** Where the names of the applied migrations are kept: beside the tables, since the user may have one schema only. */
const MIGRATIONS_TABLE = "hook_migrations";
const MIN_VERSION = 15;
/** Migrations of large tables take their time. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What a Postgres says of itself. */
export interface PostgresFacts {
  /** E.g. "18.4". */
  readonly version: string;
  /** Of one statement, in milliseconds. */
  readonly latencyMs: number;
  /** Whether something stands between, such as a pooler. */
  readonly isPooled: boolean;
  /** Of the server. */
  readonly connections: { readonly inUse: number; readonly max: number };
  readonly migrations: MigrationStatus;
}

/**
 * Migrates the Postgres that a deploy uses, if it uses one.
 * @throws {SettingsError} and {@link DatabaseError}, which name the variable and the fix
 */
export async function migrateOfDeploy(deploy: { readonly context: string }, environment: Environment) {
  const settings = readDatabaseSettings(environment, userOfDeploy(deploy));
  return settings && { variable: settings.variable, applied: await migratePostgres(settings) };
}

/**
 * Applies what is pending, all of it or nothing. Of two that run at once, one waits.
 * @returns the names of the migrations applied, in order
 * @throws {DatabaseError} which names the variable and the fix
 */
export async function migratePostgres(
  settings: PostgresSettings,
  directory?: string,
): Promise<readonly string[]> {
  return await withPostgres(settings, async (client) => {
    await checkServer(client, settings);
    return await applyMigrations(client, MIGRATIONS_TABLE, directory, ({ unknown }) => {
      if (unknown.length === 0) return;
      throw new DatabaseError(
        "NEWER",
        `${settings.variable}: it was migrated by newer code, with ${unknown.join(", ")}; take that code, or code that follows it`,
      );
    });
  });
}

/**
 * Looks at everything that the project needs of a Postgres, and changes nothing.
 * @throws {DatabaseError} which names the variable and the fix
 */
export async function examinePostgres(settings: PostgresSettings): Promise<PostgresFacts> {
  return await withPostgres(settings, async (client) => {
    const version = await checkServer(client, settings);
    const startedAt = performance.now();
    const { rows } = await client.query<{ pid: number; in_use: number; max: number }>(
      `select pg_backend_pid() as pid, current_setting('max_connections')::int as max,
         (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as in_use`,
    );
    const latencyMs = performance.now() - startedAt;
    const { pid, in_use: inUse, max } = rows[0] ?? { pid: 0, in_use: 0, max: 0 };
    // A pooler gives its clients process ids of its own.
    const isPooled = (client as pg.Client & { readonly processID: number }).processID !== pid;
    const migrations = await readMigrationStatus(client, MIGRATIONS_TABLE);
    return { version, latencyMs, isPooled, connections: { inUse, max }, migrations };
  });
}

/** @returns the version */
async function checkServer(client: pg.Client, { variable }: PostgresSettings): Promise<string> {
  const { rows } = await client.query<{ version: string; read_only: boolean; creates: boolean | null }>(
    `select current_setting('server_version') as version,
       pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as read_only,
       has_schema_privilege(current_schema(), 'create') as creates`,
  );
  const { version = "0", read_only: isReadOnly, creates } = rows[0] ?? {};
  if (Number.parseInt(version, 10) < MIN_VERSION) {
    throw new DatabaseError(
      "TOO_OLD",
      `${variable}: its server is Postgres ${version}; take ${MIN_VERSION} or newer`,
    );
  }
  // The codes with which a statement would fail.
  const code = isReadOnly ? "25006" : creates === null ? "3F000" : creates ? undefined : "42501";
  if (code !== undefined) throw nameFailure(new DatabaseError(code), variable);
  return version;
}

async function withPostgres<Result>(
  { connection, variable }: PostgresSettings,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // Without a listener a lost connection ends the process. The statement fails as well, and says why.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw nameFailure(error, variable);
  } finally {
    await client.end().catch(() => {}); // It may never have begun.
  }
}
