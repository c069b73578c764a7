/** Looks into the database that `netlify dev` runs, or into a Postgres of one's own: its migrations, and whether a hook's deliveries came. */
import { examinePostgres, type PostgresFacts } from "../../database/own-postgres.ts";
import type { Database } from "../../events/database/database.ts";
import { DatabaseError } from "../../events/database/database-error.ts";
import { openNetlifyDatabase } from "../../events/database/netlify-database.ts";
import { openPostgres } from "../../events/database/postgres.ts";
import type { PostgresSettings } from "../../settings/database-settings.ts";

/** What was found. */
export type DatabaseHealth =
  /** Nothing says where it is, or what was noted no longer runs. */
  | { readonly kind: "not-running" }
  | { readonly kind: "failing"; readonly code: string }
  /** A Postgres of one's own that cannot be used; the message names the variable and the fix. */
  | { readonly kind: "unusable"; readonly message: string }
  | {
      readonly kind: "ready";
      readonly applied: readonly string[];
      /** Of a Postgres of one's own. */
      readonly postgres?: ExaminedPostgres;
      /** How many of the hook's deliveries were accepted. */
      readonly deliveries: number;
      /** The latest POST that was refused since the last one that was accepted. */
      readonly refused: RefusedCall | undefined;
    };

/** A Postgres of one's own, and how it is reached. */
export type ExaminedPostgres = PostgresFacts & { readonly settings: PostgresSettings };

/** A call that the endpoint refused. */
export interface RefusedCall {
  readonly at: Date;
  readonly status: number;
  readonly reason: string;
}

const limit = { timeoutMs: 3000 };

/** Which deliveries of a hook are counted: those that were accepted since then. */
export interface CountedHook {
  readonly id: string | undefined;
  readonly since: Date | undefined;
}

/** Looks into the database of `netlify dev`. */
export async function examineDatabase(
  connectionString: string | undefined,
  hook: CountedHook,
): Promise<DatabaseHealth> {
  if (connectionString === undefined) return { kind: "not-running" };
  const database = await openNetlifyDatabase({ connectionString });
  try {
    const { rows } = await database.query<{ readonly name: string }>(
      "select name from netlify.migrations",
      [],
      limit,
    );
    const applied = rows.map(({ name }) => name).sort();
    return { kind: "ready", applied, ...(await readCalls(database, hook)) };
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : "UNKNOWN";
    if (code === "ECONNREFUSED") return { kind: "not-running" };
    // 42P01, undefined table: nothing has been applied yet.
    return code === "42P01"
      ? { kind: "ready", applied: [], deliveries: 0, refused: undefined }
      : { kind: "failing", code };
  } finally {
    await database.close();
  }
}

/** Looks into a Postgres of one's own. */
export async function examineOwnPostgres(
  settings: PostgresSettings,
  hook: CountedHook,
): Promise<DatabaseHealth> {
  const database = await openPostgres(settings);
  try {
    const facts = await examinePostgres(settings);
    const { applied, pending } = facts.migrations;
    const calls =
      pending.length > 0 ? { deliveries: 0, refused: undefined } : await readCalls(database, hook);
    return { kind: "ready", applied, ...calls, postgres: { ...facts, settings } };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: "unusable", message: error.message };
  } finally {
    await database.close();
  }
}

async function readCalls(database: Database, { id, since = new Date(0) }: CountedHook) {
  const counted =
    id === undefined
      ? undefined
      : await database.query<{ readonly count: string }>(
          "select count(*) from deliveries where hook_id = $1 and origin in ('okta', 'hookdeck') and received_at >= $2",
          [id, since],
          limit,
        );
  const refused = await database.query<{
    readonly received_at: Date;
    readonly status: number;
    readonly reason: string;
  }>(
    `select received_at, status, reason from rejections
      where method = 'POST' and received_at > coalesce((select max(received_at) from deliveries), '-infinity')
      order by received_at desc limit 1`,
    [],
    limit,
  );
  const [latest] = refused.rows;
  return {
    deliveries: Number(counted?.rows[0]?.count ?? 0),
    refused: latest && { at: latest.received_at, status: latest.status, reason: latest.reason },
  };
}
