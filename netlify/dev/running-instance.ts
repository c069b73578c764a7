/**
 * What runs in this folder: `npm start`, or a plain `netlify dev`. A file under `.netlify/` names its process and its
 * address, so that the commands find it on any port and a second one does not open the same database.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { identify, isAlive, processIdentity } from "./process-identity.ts";

const instance = z.extend(processIdentity, {
  /** What was typed. */
  command: z.enum(["npm start", "netlify dev"]),
  /** Where the site is, e.g. `http://localhost:1337`; null while it starts. */
  site: z.nullable(z.string()),
});

/** What runs here. */
export type RunningInstance = z.infer<typeof instance>;

/**
 * What runs in `directory` now.
 * @returns undefined where nothing does; what a killed process left behind does not count.
 */
export function findInstance(directory: string = process.cwd()): RunningInstance | undefined {
  const noted = readNote(fileIn(directory));
  return noted !== undefined && isAlive(noted) ? noted : undefined;
}

/**
 * Notes that the process `pid` runs here.
 * @returns the one that runs here already; then nothing was noted. Undefined: it is noted.
 */
export function claimInstance(
  { pid, command }: Pick<RunningInstance, "pid" | "command">,
  directory: string = process.cwd(),
): RunningInstance | undefined {
  const file = fileIn(directory);
  const draft = `${file}.${process.pid}`;
  mkdirSync(join(directory, ".netlify"), { recursive: true });
  writeFileSync(draft, JSON.stringify({ ...identify(pid), command, site: null }));
  try {
    for (;;) {
      // A link appears whole or not at all, and never over another one.
      if (tryLink(draft, file)) return undefined;
      const other = findInstance(directory);
      if (other !== undefined) return other;
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Notes where the site of the process `pid` is. Does nothing where another process runs here. */
export function noteSite(site: string, pid: number, directory: string = process.cwd()): void {
  const file = fileIn(directory);
  const noted = readNote(file);
  if (noted?.pid !== pid) return;
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ ...noted, site }));
  renameSync(`${file}.${process.pid}`, file);
}

/** Takes the note of the process `pid` back. Does nothing where another process runs here. */
export function releaseInstance(pid: number, directory: string = process.cwd()): void {
  const file = fileIn(directory);
  if (readNote(file)?.pid === pid) rmSync(file, { force: true });
}

function fileIn(directory: string): string {
  return join(directory, ".netlify", "running.json");
}

function readNote(file: string): RunningInstance | undefined {
  try {
    return instance.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined; // Not there, or not ours.
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
