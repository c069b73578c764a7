/** A real `npm start`, offline. */
import { freePort } from "./free-port.ts";
import type { ProjectCopy } from "./project-copy.ts";
import { type RunningProgram, runProgram } from "./running-program.ts";

export interface NpmStart extends RunningProgram {
  /** `http://localhost:<port>`. */
  readonly site: string;
}

/** Starts it, with `more` options, and waits for its banner. @throws with its output when that does not come in time; nothing is left running then. */
export async function startNpm(
  { directory, environment }: ProjectCopy,
  more: readonly string[] = [],
): Promise<NpmStart> {
  const port = await freePort();
  const ports = ["--port", String(port), "--staticServerPort", String(await freePort())];
  const program = runProgram("npm", ["start", "--", "--offline", ...ports, ...more], {
    directory,
    environment,
  });
  try {
    await program.waitForOutput(/Ctrl\+C stops it/, { timeoutMs: 180_000 });
    return { ...program, site: `http://localhost:${port}` };
  } catch (error) {
    await program.stop();
    throw error;
  }
}
