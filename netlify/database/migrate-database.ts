/**
 * Applies the migrations to a database of this machine: under `netlify dev`, and in tests. A deploy does it itself.
 *
 * `netlify database migrations apply` does the same in 6-12 s; this takes well under one.
 */
import { join } from "node:path";
import { applyMigrations, type SQLExecutor } from "@netlify/database-dev";
import pg from "pg";

/** The project's migrations, in the place where a deploy looks for them. */
export const migrationsDirectory = join(import.meta.dirname, "migrations");

/**
 * Applies what has not been applied yet, each migration in a transaction of its own.
 * @param connectionString the database, e.g. the value of `NETLIFY_DB_URL`
 * @returns the names of the migrations applied, in order
 * @throws what Postgres says when a migration fails or the database cannot be reached; that migration leaves no trace. An error where
 *   the database was made before the first release
 */
export async function migrateDatabase(
  connectionString: string,
  directory: string = migrationsDirectory,
): Promise<string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await refuseOlderThanBaseline(client);
    return await applyMigrations(executorOf(client), directory);
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

function executorOf(client: pg.Client): SQLExecutor {
  const executor: SQLExecutor = {
    exec: (sql) => client.query(sql),
    query: async <Row>(sql: string, params?: unknown[]) => ({
      rows: (await client.query(sql, params)).rows as Row[],
    }),
    async transaction(work) {
      await client.query("begin");
      try {
        const result = await work(executor);
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback");
        throw error;
      }
    },
  };
  return executor;
}
