/** A real `npm start`, offline, in a temporary copy of the project. */
import { freePort } from "./free-port.ts";
import { copyProject, type ProjectCopy } from "./project-copy.ts";
import { type RunningProgram, runProgram } from "./running-program.ts";

export interface NpmStart extends RunningProgram {
  /** `http://localhost:<port>`. */
  readonly site: string;
  readonly copy: ProjectCopy;
}

/** Starts it, with `more` options, and waits for its banner. @throws with its output when that does not come in time; nothing is left running then. */
export async function startNpm(copy?: ProjectCopy, more: readonly string[] = []): Promise<NpmStart> {
  const own = copy ?? (await copyProject());
  const port = await freePort();
  const args = [
    "start",
    "--",
    "--offline",
    "--port",
    String(port),
    "--staticServerPort",
    String(await freePort()),
    ...more,
  ];
  const program = runProgram("npm", args, { directory: own.directory, environment: own.environment });
  const stop = async () => {
    await program.stop();
    if (copy === undefined) await own.remove();
  };
  try {
    await program.waitForOutput(/Ctrl\+C stops it/, { timeoutMs: 90_000 });
    return { ...program, stop, site: `http://localhost:${port}`, copy: own };
  } catch (error) {
    await stop();
    throw error;
  }
}
