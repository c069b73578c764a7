/** What a process and those that it started used of the CPU, a Postgres server, say. Linux alone tells (`/proc`). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type pg from "pg";

/** One tick of `/proc/<pid>/stat`: USER_HZ is 100 on every Linux. */
const TICK_MS = 10;

/** Whether this machine tells it. */
export const tellsCpu = existsSync("/proc/self/stat");

/** The process of a server that starts all others. */
export async function postmasterPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: string }>("select pg_read_file('postmaster.pid') as pid");
  return Number.parseInt(rows[0]?.pid ?? "", 10);
}

/** @returns the milliseconds that it used so far, with those of its processes that have ended */
export function readCpuMs(pid: number): number {
  let ticks = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    if (!stat) continue;
    if (Number(name) === pid) ticks += stat.own + stat.ended;
    else if (stat.parent === pid) ticks += stat.own;
  }
  return ticks * TICK_MS;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 4, 14 and 15, 16 and 17. */
function readStat(pid: string): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in parentheses, may hold spaces.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    return { parent, own: user + system, ended: childUser + childSystem };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
