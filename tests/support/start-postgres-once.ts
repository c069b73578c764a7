/** Starts the Postgres of the run before the first test of a project that needs it. */
import { SERVER_VARIABLE } from "./postgres.ts";
import { startPostgresServer } from "./postgres-server.ts";

export default async function startPostgresOnce(): Promise<(() => Promise<void>) | undefined> {
  // Another project of this run has started it.
  if (process.env[SERVER_VARIABLE] !== undefined) return;
  // Each file of tests that run at the same time has pools of its own.
  const server = await startPostgresServer({ settings: { max_connections: "400" } });
  process.env[SERVER_VARIABLE] = server.url;
  return server.destroy;
}
