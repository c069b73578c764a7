/**
 * Runs a statement on a pooled connection. Leaves time limits to the caller's signal.
 */
import { setTimeout as wait } from "node:timers/promises";
import { codeOf } from "../../base/error-code.ts";

/** What both drivers' pools can do, and all that is needed of them. */
export interface Pool {
  connect(): Promise<{
    query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
    release(destroy?: boolean): void;
    on(event: "error", listener: () => void): unknown;
    off(event: "error", listener: () => void): unknown;
  }>;
}

/**
 * Failures after which nothing has been executed, so that trying again is right.
 * - 08P01, 26000: the embedded engine of `netlify dev` is one session behind all connections and can take the second
 *   half of a large statement for another connection's.
 * - 53300, 57P03: no free connection, or the server is starting: common when many instances start at once.
 */
const passing = new Set(["08P01", "26000", "53300", "57P03"]);

/** Runs one statement, again after a passing failure, until it is done or nobody waits any longer. */
export async function runOnPool(
  pool: Pool,
  text: string,
  values: readonly unknown[] | undefined,
  signal: AbortSignal,
) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, text, values, signal);
    } catch (error) {
      if (signal.aborted || !passing.has(codeOf(error))) throw error;
      // Those who failed together must not come back together.
      await wait(Math.random() * Math.min(20 * 2 ** attempt, 300), undefined, { signal });
    }
  }
}

async function runOnce(
  pool: Pool,
  text: string,
  values: readonly unknown[] | undefined,
  signal: AbortSignal,
) {
  const client = await pool.connect();
  let released = false;
  let lost = false;
  // A connection that breaks off tells so twice: the statement fails, and an event follows that would end the process.
  const noteLoss = () => {
    lost = true;
  };
  client.on("error", noteLoss);
  const release = (destroy: boolean) => {
    if (released) return;
    released = true;
    client.release(destroy || lost);
    // The pool listens from here on.
    client.off("error", noteLoss);
  };
  // A connection that is still busy with a statement nobody waits for is closed: the next one would queue behind it.
  const giveUp = () => release(true);
  signal.addEventListener("abort", giveUp);
  try {
    signal.throwIfAborted();
    return values === undefined ? await client.query(text) : await client.query(text, [...values]);
  } finally {
    signal.removeEventListener("abort", giveUp);
    release(false);
  }
}
