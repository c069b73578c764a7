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
  mkdirSync(join(directory, ".netlify"), { recursive: true });
  return inTurn(directory, () => {
    const other = findInstance(directory);
    if (other === undefined) writeNote(directory, { ...identify(pid), command, site: null });
    return other;
  });
}

/** Notes where the site of the process `pid` is. Does nothing where another process runs here. */
export function noteSite(site: string, pid: number, directory: string = process.cwd()): void {
  inTurn(directory, () => {
    const noted = readNote(fileIn(directory));
    if (noted?.pid === pid) writeNote(directory, { ...noted, site });
  });
}

/** Takes the note of the process `pid` back. Does nothing where another process runs here. */
export function releaseInstance(pid: number, directory: string = process.cwd()): void {
  if (readNote(fileIn(directory))?.pid !== pid) return;
  inTurn(directory, () => {
    if (readNote(fileIn(directory))?.pid === pid) rmSync(fileIn(directory), { force: true });
  });
}

/** Of several processes that want to change the note, one does at a time: each looks before it writes. */
function inTurn<Result>(directory: string, change: () => Result): Result {
  const turn = `${fileIn(directory)}.turn`;
  const mine = `${turn}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    // A link appears whole or not at all, and never over another one. A turn takes a millisecond.
    while (!tryLink(mine, turn)) {
      const holder = read(turn, processIdentity);
      if (holder !== undefined && !isAlive(holder)) rmSync(turn, { force: true });
    }
    try {
      return change();
    } finally {
      rmSync(turn, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function fileIn(directory: string): string {
  return join(directory, ".netlify", "running.json");
}

const readNote = (file: string) => read(file, instance);

function read<Shape extends z.ZodMiniType>(file: string, shape: Shape): z.infer<Shape> | undefined {
  try {
    return shape.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined; // Not there, or not ours.
  }
}

/** Whoever reads it meanwhile finds the old note or the new one, whole. */
function writeNote(directory: string, noted: RunningInstance): void {
  const fresh = `${fileIn(directory)}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(noted));
  renameSync(fresh, fileIn(directory));
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
