/**
 * Databases for tests, in the Postgres of the run: `start-postgres-once.ts` starts it, and each file creates its own in it.
 */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { migrateDatabase } from "../../netlify/database/migrate-database.ts";

/** The databases of a test file. */
export interface Postgres {
  /** Creates a migrated database and gives its connection string. */
  createDatabase(options?: { migrated?: boolean }): Promise<string>;
  /** Drops what was created. */
  destroy(): Promise<void>;
}

/** Where the run's server is: the connection string of its database `postgres`. */
export const SERVER_VARIABLE = "TEST_POSTGRES_URL";

/** For a test file: databases of its own in the run's server. */
export async function startPostgres(): Promise<Postgres> {
  const url = process.env[SERVER_VARIABLE];
  if (url === undefined) throw new Error("This vitest project has no globalSetup that starts Postgres.");
  return databasesOf(url);
}

/**
 * Creates and drops databases in a server. Their names are random, since several processes create some in one server.
 * @param url the connection string of the server's database `postgres`
 */
export function databasesOf(url: string): Postgres {
  const created: string[] = [];
  return {
    async createDatabase({ migrated = true } = {}) {
      const name = `test_${randomUUID().replaceAll("-", "")}`;
      await withClient(url, (client) =>
        client.query(`create database ${name} template ${migrated ? TEMPLATE : "template0"}`),
      );
      created.push(name);
      return databaseUrl(url, name);
    },
    async destroy() {
      await withClient(url, async (client) => {
        for (const name of created.splice(0)) await client.query(`drop database ${name} with (force)`);
      });
    },
  };
}

/** Makes the template of a new server: its databases are copies of this one, so the migrations run once. */
export async function createTemplate(url: string): Promise<void> {
  await withClient(url, (client) => client.query(`create database ${TEMPLATE}`));
  await migrateDatabase(databaseUrl(url, TEMPLATE));
}

const TEMPLATE = "migrated";

function databaseUrl(url: string, name: string): string {
  return new URL(name, url).href;
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
