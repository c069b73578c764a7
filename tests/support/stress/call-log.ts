/** The file to which each handler's call is appended, by whichever process makes it. */
import { readFile } from "node:fs/promises";

/** How a call ended. `aborted`: its time was over. */
export type CallOutcome = "done" | "failed" | "later" | "dead" | "aborted";

/** Written when a call begins. Times are in milliseconds since 1970. */
export interface CallBegun {
  readonly call: string;
  readonly pid: number;
  readonly handler: string;
  readonly uuid: string;
  readonly attempt: number;
  readonly late: boolean;
  readonly beganAt: number;
}

/** Written when it ends; missing where its process was killed. */
export interface CallEnded {
  readonly call: string;
  readonly outcome: CallOutcome;
  readonly endedAt: number;
}

/** A call of a handler; without an end where its process was killed. */
export interface Call extends CallBegun {
  readonly outcome: CallOutcome | null;
  readonly endedAt: number | null;
}

/** Reads the calls of all processes. The last line of one that was killed may be cut. */
export async function readCalls(file: string): Promise<Call[]> {
  const calls = new Map<string, Call>();
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    if (!line.endsWith("}")) continue;
    const entry: CallBegun | CallEnded = JSON.parse(line);
    if ("beganAt" in entry) calls.set(entry.call, { ...entry, outcome: null, endedAt: null });
    else {
      const begun = calls.get(entry.call);
      if (begun) calls.set(entry.call, { ...begun, ...entry });
    }
  }
  return [...calls.values()].sort((one, other) => one.beganAt - other.beganAt);
}
