/**
 * Keeps a second process from opening the database in `.netlify/db`. The embedded engine does not look whether another one
 * has the folder open, and two of them at once destroy it.
 *
 * What it does look at, before it touches anything else, is `postmaster.pid`: it refuses to start where that begins with no
 * number (Postgres, CreateLockFile: "bogus data in lock file"). The engine that runs already does not look at it again. A file lock
 * beside it says whether whoever wrote that still runs.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLocked, takeLock } from "./file-lock.ts";

const MARK = "locked by ";

/**
 * Locks the database that `netlify dev` has open, until this process ends.
 * @param pid the process of `netlify dev`
 * @returns what unlocks it
 * @throws where another process has locked it
 */
export function lockDatabase(pid: number, directory: string = process.cwd()): () => void {
  const { lock, mark } = filesIn(directory);
  const release = takeLock(lock);
  if (release === undefined) throw new Error("Another netlify dev has this folder's database open.");
  writeFileSync(mark, `${MARK}${JSON.stringify({ pid })}\n`);
  return () => {
    rmSync(mark, { force: true });
    release();
  };
}

/** Whether a process that runs has locked the database. */
export function isDatabaseLocked(directory: string = process.cwd()): boolean {
  const { lock } = filesIn(directory);
  return existsSync(lock) && isLocked(lock);
}

/**
 * Takes away what a killed process left.
 * @returns whether there was something
 */
export function removeStaleMark(directory: string = process.cwd()): boolean {
  const { mark } = filesIn(directory);
  if (!isMarked(mark) || isDatabaseLocked(directory)) return false;
  rmSync(mark, { force: true });
  return true;
}

const filesIn = (directory: string) => ({
  lock: join(directory, ".netlify/db.lock"),
  mark: join(directory, ".netlify/db/postmaster.pid"),
});

/** The engine writes a file of its own there, which begins with a number. */
function isMarked(file: string): boolean {
  try {
    return readFileSync(file, "utf8").startsWith(MARK);
  } catch {
    return false; // Not there.
  }
}
