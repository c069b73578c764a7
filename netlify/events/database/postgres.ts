/** A Postgres of one's own, through node-postgres: one connection at most, and nothing that outlives a statement. */
import { codeOf } from "../../base/error-code.ts";
import type { PostgresSettings } from "../../settings/database-settings.ts";
import type { Database, TimeLimit } from "./database.ts";
import { DatabaseError } from "./database-error.ts";
import { explainCode, NO_TLS } from "./explain-code.ts";
import { runOnPool } from "./run-on-pool.ts";
import { withTimeLimit } from "./with-time-limit.ts";

/** A host that never answers is given up, so that the next statement does not wait for it too. */
const CONNECT_TIMEOUT_MS = 2_400;
/** How long an idle connection is kept: a new one takes five round trips more, half of them for TLS. See decision 30. */
const IDLE_MS = 10_000;
/** No free connection, or the server is starting: nothing has been executed. */
const PASSING = new Set(["53300", "57P03"]);

/** Failures for which the driver has no code. */
const UNCODED: readonly (readonly [RegExp, string])[] = [
  [/does not support SSL/, NO_TLS],
  [/timeout expired/, "TIMEOUT"],
  [/password must be a (?:non-empty )?string/, "28P01"],
  [/^Connection terminated|not queryable/, "ECONNRESET"],
];

/** Loads the driver; the first statement connects. Call it once per instance and keep the result. */
export async function openPostgres({ variable, connection }: PostgresSettings): Promise<Database> {
  const { default: pg } = await import("pg");
  // The pool's own time limit counts the wait for a free connection, too.
  class Client extends pg.Client {
    constructor() {
      super({ ...connection, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    }
  }
  const pool = new pg.Pool({
    max: 1,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
    Client,
  });
  // A lost idle connection would otherwise end the process; the next statement opens a new one.
  pool.on("error", () => {});
  const usedAt = new WeakMap<object, number>();
  pool.on("release", (_, client) => usedAt.set(client, Date.now()));
  // An instance that was frozen has run no timer: its connection may be long gone, without a word.
  const connect = async () => {
    const client = await pool.connect();
    if (Date.now() - (usedAt.get(client) ?? Date.now()) <= IDLE_MS) return client;
    client.release(true);
    return await pool.connect();
  };

  return {
    async query<Row>(text: string, values: readonly unknown[], { timeoutMs }: TimeLimit) {
      try {
        const { rows } = await withTimeLimit(timeoutMs, (signal) =>
          runOnPool({ connect }, { text, values, signal, passing: PASSING }),
        );
        return { rows: rows as Row[] };
      } catch (error) {
        throw nameFailure(error, variable);
      }
    },
    close: () => pool.end(),
  };
}

/** A failure with the variable that names the database, and the fix where there is one. */
export function nameFailure(error: unknown, variable: PostgresSettings["variable"]): DatabaseError {
  if (error instanceof DatabaseError && error.message.startsWith(variable)) return error;
  const message = error instanceof Error ? error.message : "";
  const code =
    error instanceof DatabaseError
      ? error.code
      : (UNCODED.find(([pattern]) => pattern.test(message))?.[1] ?? codeOf(error));
  return new DatabaseError(
    code,
    `${variable}: ${explainCode(code) ?? "the database did not answer as it should"}`,
  );
}
