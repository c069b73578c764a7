/**
 * Looks into the database that `netlify dev` runs: whether it writes and reads, which migrations it has, and whether a hook's deliveries
 * came.
 */
import { DatabaseError } from "./database-error.ts";
import { openNetlifyDatabase } from "./netlify-database.ts";

/** What was found. */
export type DatabaseHealth =
  /** Nothing says where it is, or what was noted no longer runs. */
  | { readonly kind: "not-running" }
  | { readonly kind: "failing"; readonly code: string }
  | {
      readonly kind: "ready";
      readonly applied: readonly string[];
      /** How many of the hook's deliveries were accepted. */
      readonly deliveries: number;
      /** The latest POST that was refused since the last one that was accepted. */
      readonly refused: RefusedCall | undefined;
    };

/** A call that the endpoint refused. */
export interface RefusedCall {
  readonly at: Date;
  readonly status: number;
  readonly reason: string;
}

const limit = { timeoutMs: 3000 };

/** A table that nobody else sees: it is gone at the end of the statement. */
const WRITE_AND_READ = `do $$ begin
  create table written_by_the_doctor as select repeat('x', 1000) as row from generate_series(1, 100);
  perform row from written_by_the_doctor;
  drop table written_by_the_doctor;
end $$`;

/** @param hookId whose accepted deliveries are counted, since then. */
export async function examineDatabase(
  connectionString: string | undefined,
  hookId: string | undefined,
  since: Date | undefined,
): Promise<DatabaseHealth> {
  if (connectionString === undefined) return { kind: "not-running" };
  const database = await openNetlifyDatabase({ connectionString });
  try {
    const { rows } = await database.query<{ readonly name: string }>(
      "select name from netlify.migrations",
      [],
      limit,
    );
    // On a full disk only what is written fails.
    await database.query(WRITE_AND_READ, [], limit);
    const applied = rows.map(({ name }) => name).sort();
    const counted =
      hookId === undefined
        ? undefined
        : await database.query<{ readonly count: string }>(
            "select count(*) from deliveries where hook_id = $1 and origin in ('okta', 'hookdeck') and received_at >= $2",
            [hookId, since ?? new Date(0)],
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
      kind: "ready",
      applied,
      deliveries: Number(counted?.rows[0]?.count ?? 0),
      refused: latest && { at: latest.received_at, status: latest.status, reason: latest.reason },
    };
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
