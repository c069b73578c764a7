/**
 * Runs a statement on a pooled connection. Leaves time limits to the caller's signal.
 */
import { setTimeout as wait } from "node:timers/promises";
import { codeOf } from "../../base/error-code.ts";

/** What both drivers' pools can do, and all that is needed of them. */
export interface Pool {
  connect(): Promise<{
    query(text: string, values: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
    release(destroy?: boolean): void;
    on(event: "error", listener: () => void): unknown;
    off(event: "error", listener: () => void): unknown;
  }>;
}

/** A statement on its way. */
export interface PooledStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal;
  /** Codes of failures after which nothing has been executed, so that trying again is right. */
  readonly passing: ReadonlySet<string>;
}

/** Runs one statement, again after a passing failure, until it is done or nobody waits any longer. */
export async function runOnPool(pool: Pool, statement: PooledStatement) {
  const { signal, passing } = statement;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, statement);
    } catch (error) {
      if (signal.aborted || !passing.has(codeOf(error))) throw error;
      // Those who failed together must not come back together.
      await wait(Math.random() * Math.min(20 * 2 ** attempt, 300), undefined, { signal });
    }
  }
}

async function runOnce(pool: Pool, { text, values, signal }: PooledStatement) {
  const client = await pool.connect();
  let released = false;
  let lost = false;
  // A lost connection fails the statement, and then emits an error that ends a process without a listener.
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
    return await client.query(text, [...values]);
  } finally {
    signal.removeEventListener("abort", giveUp);
    release(false);
  }
}
