/** How long a statement may take, and how that is kept. */
import { DatabaseError } from "./database-error.ts";

/** For a question of the page's or a command's. A person waits for it; the invocation has 60 s (Netlify). */
export const QUERY_TIMEOUT_MS = 8_000;

/** For the work after the answer: nobody waits for it, but the invocation must not end on it. */
export const WORK_TIMEOUT_MS = 10_000;

/**
 * Gives work a time limit. The drivers have none of their own for connecting, and Neon's can not cancel.
 *
 * The signal tells the work that nobody waits any longer; what it does after that is ignored.
 * @throws {DatabaseError} with code `TIMEOUT` when the time is over first
 */
export async function withTimeLimit<Result>(
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
