/**
 * What runs in this folder: `npm start`, or a plain `netlify dev`. It holds a lock under `.netlify/` for as long as it runs; a note beside
 * the lock says where it is, so that the commands find it on any port.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { isLocked, takeLock } from "./file-lock.ts";

const instance = z.object({
  /** What was typed. */
  command: z.enum(["npm start", "netlify dev"]),
  pid: z.nullable(z.int()),
  /** Where the site is, e.g. `http://localhost:1337`; null while it starts. */
  site: z.nullable(z.string()),
  /** What `.env` was when it began, which is when it is read; null: there was none. */
  settings: z.nullable(z.string()),
});

/** What runs here. */
export type RunningInstance = z.infer<typeof instance>;

/** It has begun this moment. */
const UNKNOWN: RunningInstance = { command: "npm start", pid: null, site: null, settings: null };

/** A folder that is ours while this process runs. */
export interface InstanceClaim {
  /** Notes where the site is. */
  noteSite(site: string): void;
  release(): void;
}

/** What runs in `directory` now; undefined: nothing does. */
export function findInstance(directory: string = process.cwd()): RunningInstance | undefined {
  const { lock, note } = filesIn(directory);
  if (!existsSync(lock) || !isLocked(lock)) return undefined;
  return readNote(note) ?? UNKNOWN;
}

/**
 * Claims a folder for this process.
 * @param pid the process to end where somebody wants to end it
 * @returns the claim, or what runs here already
 */
export function claimInstance(
  command: RunningInstance["command"],
  { directory = process.cwd(), pid = process.pid } = {},
): { readonly claim: InstanceClaim } | { readonly other: RunningInstance } {
  mkdirSync(join(directory, ".netlify"), { recursive: true });
  const { lock, note } = filesIn(directory);
  const release = takeLock(lock);
  if (release === undefined) {
    return { other: readNote(note) ?? UNKNOWN };
  }
  const settings = stampOf(directory);
  const write = (site: string | null) => writeNote(note, { command, pid, site, settings });
  write(null);
  return { claim: { noteSite: write, release } };
}

/** Whether `.env` was changed since what runs in this folder read it. */
export function hasOldSettings(directory: string = process.cwd()): boolean {
  const running = findInstance(directory);
  return running !== undefined && running.pid !== null && running.settings !== stampOf(directory);
}

function stampOf(directory: string): string | null {
  const file = statSync(join(directory, ".env"), { throwIfNoEntry: false });
  return file === undefined ? null : `${file.mtimeMs} ${file.size}`;
}

const filesIn = (directory: string) => ({
  lock: join(directory, ".netlify/running.lock"),
  note: join(directory, ".netlify/running.json"),
});

function readNote(file: string): RunningInstance | undefined {
  try {
    return instance.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined; // Not written yet.
  }
}

/** Whoever reads it meanwhile finds the old note or the new one, whole. */
function writeNote(file: string, noted: RunningInstance): void {
  writeFileSync(`${file}.new`, JSON.stringify(noted));
  renameSync(`${file}.new`, file);
}
