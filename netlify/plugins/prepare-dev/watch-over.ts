/**
 * Sees to it that one `netlify dev` runs in a folder. Netlify keeps a plugin's process for as long as `netlify dev` runs, so
 * this one can also tidy up when that ends, however it ends.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOCAL_PORT } from "../../base/addresses.ts";
import { findLock, lockDatabase, removeStaleLock, unlockDatabase } from "../../dev/database-lock.ts";
import { claimInstance, findInstance, noteSite, releaseInstance } from "../../dev/running-instance.ts";
import { whenGone } from "../../dev/when-gone.ts";

/**
 * Claims the folder for the `netlify dev` that runs this plugin, and locks its database.
 * @param root the project's folder
 * @param port of `netlify.toml`, where the address is a tunnel's
 * @throws a sentence on what runs here already, or on the database that did not open
 */
export function watchOver(root: string, port: number = LOCAL_PORT): void {
  // `npm start` has claimed the folder itself, and names itself to the `netlify dev` that it starts.
  const starter = Number(process.env.NPM_START_PID) || undefined;
  const netlifyDev = process.ppid;
  const pid = starter ?? netlifyDev;
  const other =
    starter === undefined ? claimInstance({ pid, command: "netlify dev" }, root) : findInstance(root);
  if (other !== undefined && other.pid !== pid) {
    const where = other.site === null ? "" : ` at ${other.site}`;
    throw new Error(
      `${other.command} runs in this folder already (process ${other.pid}${where}). End it first, or use it.`,
    );
  }
  try {
    checkDatabase(root);
    lockDatabase(netlifyDev, root);
  } catch (error) {
    if (starter === undefined) releaseInstance(pid, root);
    throw error;
  }
  const { URL: address } = process.env;
  noteSite(address?.startsWith("http://localhost:") ? address : `http://localhost:${port}`, pid, root);

  const letGo = () => {
    unlockDatabase(netlifyDev, root);
    if (starter === undefined) releaseInstance(pid, root);
  };
  const leave = () => {
    letGo();
    process.exit();
  };
  process.once("disconnect", leave);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
  process.once("exit", letGo);
  if (starter !== undefined) whenGone(starter, () => process.kill(netlifyDev, "SIGTERM"));
}

/** Netlify goes on without a database that did not open, and would answer every call with an error. */
function checkDatabase(root: string): void {
  if (process.env.NETLIFY_DB_URL) return;
  const holder = findLock(root);
  if (holder !== undefined) {
    throw new Error(`The database is in use by process ${holder.pid}, another netlify dev. End it first.`);
  }
  if (removeStaleLock(root)) {
    throw new Error(
      "The last netlify dev was killed and had left its database locked. The lock is gone now: start again.",
    );
  }
  throw new Error(
    existsSync(join(root, ".netlify/db/PG_VERSION"))
      ? "The database in .netlify/db does not open. To begin with an empty one: npm start -- --reset, which keeps this one aside."
      : "Netlify Database did not start: run `npm install`, then start again.",
  );
}
