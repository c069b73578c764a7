/** Looks into the database that `netlify dev` runs: which migrations it has, and whether a hook's deliveries came. */

import { openDatabase } from "../../events/database.ts";
import { DatabaseError } from "../../events/database-error.ts";

/** What was found. */
export type DatabaseHealth =
  /** Nothing says where it is, or what was noted no longer runs. */
  | { readonly kind: "not-running" }
  | { readonly kind: "failing"; readonly code: string }
  | { readonly kind: "ready"; readonly applied: readonly string[]; readonly deliveries: number };

const limit = { timeoutMs: 3000 };

/** @param hookId whose accepted deliveries are counted, since then. */
export async function examineDatabase(
  connectionString: string | undefined,
  hookId: string | undefined,
  since: Date | undefined,
): Promise<DatabaseHealth> {
  if (connectionString === undefined) return { kind: "not-running" };
  const database = await openDatabase({ connectionString });
  try {
    const { rows } = await database.query<{ readonly name: string }>(
      "select name from netlify.migrations",
      [],
      limit,
    );
    const applied = rows.map(({ name }) => name).sort();
    const counted =
      hookId === undefined
        ? undefined
        : await database.query<{ readonly count: string }>(
            "select count(*) from deliveries where hook_id = $1 and origin in ('okta', 'hookdeck') and received_at >= $2",
            [hookId, since ?? new Date(0)],
            limit,
          );
    return { kind: "ready", applied, deliveries: Number(counted?.rows[0]?.count ?? 0) };
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : "UNKNOWN";
    if (code === "ECONNREFUSED") return { kind: "not-running" };
    // 42P01, undefined table: nothing has been applied yet.
    return code === "42P01" ? { kind: "ready", applied: [], deliveries: 0 } : { kind: "failing", code };
  } finally {
    await database.close();
  }
}
