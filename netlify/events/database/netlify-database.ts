/**
 * Netlify Database. Deployed, its driver is Neon's, where a statement is one HTTP call; under `netlify dev` and in tests it is
 * node-postgres. The drivers are loaded only when somebody opens the database.
 */
import type { Database, TimeLimit } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { runOnPool } from "./run-on-pool.ts";
import { withTimeLimit } from "./with-time-limit.ts";

/**
 * Failures after which nothing has been executed, so that trying again is right.
 * - 08P01, 26000: the embedded engine of `netlify dev` is one session behind all connections and can take the second
 *   half of a large statement for another connection's.
 * - 53300, 57P03: no free connection, or the server is starting: common when many instances start at once.
 */
const PASSING = new Set(["08P01", "26000", "53300", "57P03"]);

/**
 * Loads the driver and makes it ready; the first statement connects. Call it once per instance and keep the result.
 *
 * It holds one connection at most (deployed: none), and lets go of an idle one soon, so that many instances starting at once share
 * what the server allows.
 * @param connectionString another database than `NETLIFY_DB_URL`
 * @throws `MissingDatabaseConnectionError` of `@netlify/database`, which says what to set, when there is none
 */
export async function openNetlifyDatabase(options: { connectionString?: string } = {}): Promise<Database> {
  const { getDatabase } = await import("@netlify/database");
  const connection = getDatabase(options);
  // A lost idle connection would otherwise end the process; the next statement opens a new one.
  connection.pool.on("error", () => {});
  Object.assign(connection.pool.options, { max: 1, idleTimeoutMillis: 250, allowExitOnIdle: true });

  const pool = { connect: () => connection.pool.connect() };
  const statement = (text: string, values: readonly unknown[], { timeoutMs }: TimeLimit) => {
    if (connection.driver === "server") {
      return withTimeLimit(timeoutMs, (signal) =>
        runOnPool(pool, { text, values, signal, passing: PASSING }),
      );
    }
    const { httpClient } = connection;
    return withTimeLimit(timeoutMs, (signal) =>
      httpClient.query(text, [...values], { fullResults: true, fetchOptions: { signal } }),
    );
  };

  return {
    async query<Row>(text: string, values: readonly unknown[], limit: TimeLimit) {
      const { rows } = await statement(text, values, limit).catch(DatabaseError.rethrow);
      return { rows: rows as Row[] };
    },
    close: () => connection.pool.end(),
  };
}
