/**
 * The one way to the database: which driver, how long a statement may take, how a failure is told.
 *
 * Deployed, Netlify's driver is Neon, where a statement is one HTTP call; under `netlify dev` and in tests it is
 * node-postgres. The drivers are loaded only when somebody opens the database.
 */
import { DatabaseError } from "./database-error.ts";
import { runOnPool } from "./run-on-pool.ts";
import { withTimeLimit } from "./with-time-limit.ts";

/** Rows as Postgres gave them: `bigint` and `count` as strings, `timestamptz` as `Date`. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
}

/** How long a statement may take, from the call to its result. */
export interface TimeLimit {
  readonly timeoutMs: number;
}

/** A database that can be asked. */
export interface Database {
  /**
   * Runs one statement: one round trip.
   *
   * One that is too slow is given up, not cancelled: it may still succeed later. Write what may be repeated.
   * @throws {DatabaseError} when it failed or took longer than `timeoutMs`
   */
  query<Row = Record<string, unknown>>(
    text: string,
    values: readonly unknown[],
    limit: TimeLimit,
  ): Promise<Rows<Row>>;
  /**
   * Runs several statements without values over a session (deployed: a WebSocket). For upkeep after the answer.
   * @throws {DatabaseError} when one failed or all of them took longer than `timeoutMs`
   */
  script(text: string, limit: TimeLimit): Promise<Rows<Record<string, unknown>>>;
  /** Ends the connections. For tests and commands; a function leaves them to its instance. */
  close(): Promise<void>;
}

/**
 * Loads the driver and makes it ready; the first statement connects. Call it once per instance and keep the result.
 *
 * It holds one connection at most (deployed: none, as long as only `query` is used), and lets go of an idle one soon, so
 * that many instances starting at once share what the server allows.
 * @param connectionString another database than `NETLIFY_DB_URL`
 * @throws `MissingDatabaseConnectionError` of `@netlify/database`, which says what to set, when there is none
 */
export async function openDatabase(options: { connectionString?: string } = {}): Promise<Database> {
  const { getDatabase } = await import("@netlify/database");
  const connection = getDatabase(options);
  // A lost idle connection would otherwise end the process; the next statement opens a new one.
  connection.pool.on("error", () => {});
  Object.assign(connection.pool.options, { max: 1, idleTimeoutMillis: 250, allowExitOnIdle: true });

  const pool = { connect: () => connection.pool.connect() };
  const session = (text: string, values: readonly unknown[] | undefined, { timeoutMs }: TimeLimit) =>
    withTimeLimit(timeoutMs, (signal) => runOnPool(pool, text, values, signal));
  const statement = (text: string, values: readonly unknown[], limit: TimeLimit) => {
    if (connection.driver === "server") return session(text, values, limit);
    const { httpClient } = connection;
    return withTimeLimit(limit.timeoutMs, (signal) =>
      httpClient.query(text, [...values], { fullResults: true, fetchOptions: { signal } }),
    );
  };

  return {
    async query<Row>(text: string, values: readonly unknown[], limit: TimeLimit) {
      const { rows } = await statement(text, values, limit).catch(DatabaseError.rethrow);
      return { rows: rows as Row[] };
    },
    script: (text, limit) => session(text, undefined, limit).catch(DatabaseError.rethrow),
    close: () => connection.pool.end(),
  };
}
