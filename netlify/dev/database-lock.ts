/**
 * Keeps a second process from opening the database in `.netlify/db`. The embedded engine does not look whether another one
 * has the folder open, and two of them at once destroy it.
 *
 * What it does look at, before it touches anything else, is `postmaster.pid`: it refuses to start where that begins with no
 * number (Postgres, CreateLockFile: "bogus data in lock file"). The engine that runs already does not look at it again.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity, processIdentity } from "./process-identity.ts";

const MARK = "locked by ";

/** Locks the database that the process `pid` has open. */
export function lockDatabase(pid: number, directory: string = process.cwd()): void {
  writeFileSync(fileIn(directory), `${MARK}${JSON.stringify(identify(pid))}\n`);
}

/** The process that has the database locked, if it runs. */
export function findLock(directory: string = process.cwd()): ProcessIdentity | undefined {
  const holder = readLock(directory);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/**
 * Takes a lock away whose process does not run any more.
 * @returns whether there was one
 */
export function removeStaleLock(directory: string = process.cwd()): boolean {
  const holder = readLock(directory);
  if (holder === undefined || isAlive(holder)) return false;
  rmSync(fileIn(directory), { force: true });
  return true;
}

/** Unlocks what the process `pid` has locked. */
export function unlockDatabase(pid: number, directory: string = process.cwd()): void {
  if (readLock(directory)?.pid === pid) rmSync(fileIn(directory), { force: true });
}

function fileIn(directory: string): string {
  return join(directory, ".netlify", "db", "postmaster.pid");
}

/** Undefined where there is no lock of ours: the engine writes a file of its own, which begins with a number. */
function readLock(directory: string): ProcessIdentity | undefined {
  try {
    const text = readFileSync(fileIn(directory), "utf8");
    if (!text.startsWith(MARK)) return undefined;
    return processIdentity.safeParse(JSON.parse(text.slice(MARK.length))).data;
  } catch {
    return undefined; // Not there, or cut off.
  }
}
