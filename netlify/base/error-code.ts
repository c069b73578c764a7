/** Why a connection or a call failed, as a code. An error's message may quote what was sent, so it reaches no log and no answer. */

/**
 * The code of an error, or of what it was caused by: `fetch` and the database's drivers wrap what happened.
 * @returns the system's code such as `ECONNREFUSED`, Postgres's SQLSTATE, or `UNKNOWN`
 */
export function codeOf(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    const { code, sourceError } = current as { code?: unknown; sourceError?: unknown };
    if (typeof code === "string" && /^[A-Z0-9_]{2,40}$/.test(code)) return code;
    current = current.cause ?? sourceError;
  }
  return "UNKNOWN";
}
