/** Tells whether a process that was noted earlier still runs, and is not another one with the same number. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as z from "zod/mini";

/** A process as it is noted in a file. */
export const processIdentity = z.object({
  pid: z.int().check(z.positive()),
  /** When it began, in the system's own words; null where the system does not tell. */
  began: z.nullable(z.string()),
});

/** See `processIdentity`. */
export type ProcessIdentity = z.infer<typeof processIdentity>;

/** What to note of a process that runs. */
export function identify(pid: number): ProcessIdentity {
  return { pid, began: whenBegan(pid) };
}

/** The system gives the number of a process that ended to a new one: that one began later. */
export function isAlive({ pid, began }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return began === whenBegan(pid);
}

function whenBegan(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      // The 22nd field (proc_pid_stat(5)): ticks since the machine started. The second one may hold spaces and brackets.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // Z: it was killed, and only nobody has asked how it ended.
      return state === "Z" ? null : (fields[18] ?? null);
    }
    if (process.platform === "win32") return null;
    // In one language and time zone, whatever those of the terminal: it is compared with what another terminal noted.
    const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env }).trim();
  } catch {
    return null; // It ended, or there is no `ps`: only its number is known.
  }
}
