/**
 * Sees to it that one `netlify dev` runs in a folder. Netlify keeps a plugin's process for as long as `netlify dev` runs, so
 * this one can also tidy up when that ends, however it ends.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOCAL_PORT } from "../../base/addresses.ts";
import { isDatabaseLocked, lockDatabase, removeStaleMark } from "../../dev/database-lock.ts";
import { claimInstance, type InstanceClaim } from "../../dev/running-instance.ts";

/**
 * Claims the folder for the `netlify dev` that runs this plugin, and locks its database.
 * @param root the project's folder
 * @param port of `netlify.toml`, where the address is a tunnel's
 * @throws a sentence on what runs here already, or on the database that did not open
 */
export function watchOver(root: string, port: number = LOCAL_PORT): void {
  const { NPM_START_PID: starter, URL: address } = process.env;
  // `npm start` has claimed the folder itself.
  const claim = starter ? undefined : claimFolder(root);
  checkDatabase(root);
  const unlock = lockDatabase(process.ppid, root);
  claim?.noteSite(address?.startsWith("http://localhost:") ? address : `http://localhost:${port}`);

  const leave = () => process.exit();
  process.once("disconnect", leave);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
  process.once("exit", unlock);
}

function claimFolder(root: string): InstanceClaim {
  const claimed = claimInstance("netlify dev", { directory: root, pid: process.ppid });
  if ("claim" in claimed) return claimed.claim;
  const { command, pid, site } = claimed.other;
  const where = site === null ? "" : ` at ${site}`;
  throw new Error(
    `${command} runs in this folder already (process ${pid}${where}). End it first, or use it.`,
  );
}

/** Netlify goes on without a database that did not open, and would answer every call with an error. */
function checkDatabase(root: string): void {
  if (process.env.NETLIFY_DB_URL) return;
  if (isDatabaseLocked(root)) {
    throw new Error("Another netlify dev has this folder's database open. End it first.");
  }
  if (removeStaleMark(root)) {
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
