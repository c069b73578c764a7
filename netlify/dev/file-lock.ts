/**
 * A lock that the system releases when its process ends, however that ends. Node has no file locks; a transaction of SQLite holds one,
 * on each platform.
 */
import { DatabaseSync } from "node:sqlite";

const WAIT_MS = 500;

/** One that nobody refers to any more is closed by the garbage collector, which would release its lock. */
const held = new Set<DatabaseSync>();

/** Takes the lock `file`, which is made where it is missing. @returns what releases it; undefined: another process has it */
export function takeLock(file: string): (() => void) | undefined {
  return attempt(file, "pragma journal_mode = memory; begin exclusive");
}

/** Whether a process has the lock `file`. */
export function isLocked(file: string): boolean {
  const close = attempt(file, "select 1 from sqlite_schema");
  close?.();
  return close === undefined;
}

function attempt(file: string, statement: string): (() => void) | undefined {
  // Whoever asks `isLocked` has the file for a millisecond.
  const database = new DatabaseSync(file, { timeout: WAIT_MS });
  try {
    database.exec(statement);
    held.add(database);
    return () => {
      if (held.delete(database)) database.close();
    };
  } catch (error) {
    database.close();
    if (error instanceof Error && /is locked/.test(error.message)) return undefined;
    throw error;
  }
}
