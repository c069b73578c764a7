/** A real `netlify dev`, offline, in a temporary copy of the project. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { copyProject, type ProjectCopy } from "./project-copy.ts";
import { type RunningProgram, runProgram } from "./running-program.ts";

export interface NetlifyDev extends RunningProgram {
  /** `http://localhost:<port>`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What it serves. */
  readonly project: ProjectCopy;
}

export interface NetlifyDevOptions {
  /** The text of the project's `.env`; none by default. */
  readonly dotEnv?: string;
  /** The port; a free one by default. `"configured"`: none is given, so that netlify.toml decides. */
  readonly port?: number | "configured";
  /** What it serves; a copy of its own by default, which is removed when it is stopped. */
  readonly project?: ProjectCopy;
}

/** Starts `netlify dev`, and waits for nothing. */
export async function runNetlifyDev(
  project: ProjectCopy,
  port: NetlifyDevOptions["port"] = undefined,
): Promise<RunningProgram> {
  // Its own port for the page: two that start at the same time would both take Netlify's 3999.
  const pagePort = ["--staticServerPort", String(await freePort())];
  const ownPort = port === "configured" ? [] : ["--port", String(port ?? (await freePort()))];
  return runProgram("netlify", ["dev", "--offline", ...pagePort, ...ownPort], {
    directory: project.directory,
    environment: project.environment,
  });
}

/**
 * Starts `netlify dev` and waits until it has loaded every function.
 * Stop it in `afterAll` or `onTestFinished`.
 * @throws when it is not ready in time, with its output; nothing is left running then.
 */
export async function startNetlifyDev(options: NetlifyDevOptions = {}): Promise<NetlifyDev> {
  const project = options.project ?? (await copyProject({ dotEnv: options.dotEnv }));
  const program = await runNetlifyDev(project, options.port);
  const stop = async () => {
    await program.stop();
    if (options.project === undefined) await project.remove();
  };
  try {
    const [, url = "", port] = await program.waitForOutput(ready, { timeoutMs: 180_000 });
    for (const name of await functionNames(project.directory)) {
      await program.waitForOutput(new RegExp(`Loaded function ${name}\\b`), { timeoutMs: 60_000 });
    }
    return { ...program, url, port: Number(port), project, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const ready = /Local dev server ready: (http:\/\/localhost:(\d+))/;

/** Every file directly in `netlify/functions` is a function of its own. */
async function functionNames(directory: string): Promise<string[]> {
  const files = await readdir(join(directory, "netlify/functions"));
  return files.filter((file) => file.endsWith(".mts")).map((file) => file.slice(0, -".mts".length));
}
