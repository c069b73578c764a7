/** Puts the local database aside, so that the next start makes an empty one. */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";

/**
 * @param now names the folder that keeps the old one
 * @returns that folder, from the project's on; undefined: there was no database
 */
export function archiveDatabase(now: Date, directory: string = process.cwd()): string | undefined {
  const folder = join(directory, ".netlify", "db");
  if (!existsSync(folder)) return undefined;
  const aside = `.netlify/db-${now.toISOString().replace(/\.\d+/, "").replaceAll(":", "-")}`;
  renameSync(folder, join(directory, aside));
  return aside;
}
