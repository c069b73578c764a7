import { DatabaseError } from "./database-error.ts";

/**
 * Gives work a time limit. The drivers have none of their own for connecting, and Neon's can not cancel.
 *
 * The signal tells the work that nobody waits any longer; what it does after that is ignored.
 * @throws {DatabaseError} with code `TIMEOUT` when the time is over first
 */
export async function within<Result>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const given = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DatabaseError("TIMEOUT"));
      given.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(given.signal), limit]);
  } finally {
    clearTimeout(timer);
  }
}
