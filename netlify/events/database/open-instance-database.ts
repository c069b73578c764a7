/** The database of this instance of a function: opened by its first statement, then kept. */
import { codeOf } from "../../base/error-code.ts";
import {
  type PostgresSettings,
  readDatabaseSettings,
  userOfDeploy,
} from "../../settings/database-settings.ts";
import { type Environment, SettingsError } from "../../settings/environment.ts";
import type { Database } from "./database.ts";
import { DatabaseError } from "./database-error.ts";

/** What a call of a function says of its deploy, and the instance's variables. */
export interface InstanceCall {
  readonly deploy: { readonly context: string };
  readonly environment: Environment;
}

/** The database of the instance. */
export interface InstanceDatabase extends Database {
  /** Tells it from other databases; null: it is Netlify Database. */
  readonly id: string | null;
}

/** By the context of the deploy: nothing says that an instance serves one deploy only. */
const databases = new Map<string, InstanceDatabase>();

/**
 * The same connection for every call that this instance serves. Until something is asked of it, it loads no driver and opens nothing.
 *
 * Nothing here throws: where no database is set, or a setting cannot be used, or the driver does not load, each statement fails with a
 * `DatabaseError` that says so.
 */
export function openInstanceDatabase({ deploy, environment }: InstanceCall): InstanceDatabase {
  const known = databases.get(deploy.context);
  if (known !== undefined) return known;
  const settings = readSettings({ deploy, environment });
  let opened: Promise<Database> | undefined;
  const open = () => {
    opened ??= load(settings).catch((error: unknown) => {
      // The next statement tries anew.
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const database: InstanceDatabase = {
    id: settings instanceof SettingsError ? null : (settings?.id ?? null),
    query: async <Row>(...statement: Parameters<Database["query"]>) =>
      (await open()).query<Row>(...statement),
    async close() {
      databases.delete(deploy.context);
      await (await opened)?.close();
    },
  };
  databases.set(deploy.context, database);
  return database;
}

async function load(settings: PostgresSettings | SettingsError | undefined): Promise<Database> {
  if (settings instanceof SettingsError) throw new DatabaseError("SETTINGS", settings.message);
  try {
    if (settings !== undefined) return await (await import("./postgres.ts")).openPostgres(settings);
    return await (await import("./netlify-database.ts")).openNetlifyDatabase();
  } catch (error) {
    const isMissing = error instanceof Error && error.name === "MissingDatabaseConnectionError";
    throw new DatabaseError(isMissing ? "NO_DATABASE" : codeOf(error));
  }
}

function readSettings({ deploy, environment }: InstanceCall): PostgresSettings | SettingsError | undefined {
  try {
    return readDatabaseSettings(environment, userOfDeploy(deploy));
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}
