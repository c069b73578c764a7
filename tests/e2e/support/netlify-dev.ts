/** A real `netlify dev`, offline, in a temporary copy of the project. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { copyProject } from "./project-copy.ts";
import { type RunningProgram, runProgram } from "./running-program.ts";

export interface NetlifyDev extends Pick<RunningProgram, "output" | "rawOutput" | "waitForOutput"> {
  /** `http://localhost:<port>`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The copy of the project that it serves. */
  readonly directory: string;
  /** Ends it with all that it started, and removes the copy. Safe to call twice. */
  stop(): Promise<void>;
}

export interface NetlifyDevOptions {
  /** Variables of the shell that starts it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The text of the project's `.env`; none by default. */
  readonly dotEnv?: string;
  /** The port; a free one by default. `"configured"`: none is given, so that netlify.toml decides. */
  readonly port?: number | "configured";
}

/**
 * Starts `netlify dev` and waits until it has loaded every function.
 * Stop it in `afterAll` or `onTestFinished`.
 * @throws when it is not ready in time, with its output; nothing is left running then.
 */
export async function startNetlifyDev(options: NetlifyDevOptions = {}): Promise<NetlifyDev> {
  const copy = await copyProject({ dotEnv: options.dotEnv });
  const port = options.port ?? (await freePort());
  // Its own port for the page: two that start at the same time would both take Netlify's 3999.
  const pagePort = ["--staticServerPort", String(await freePort())];
  const program = runProgram(
    "netlify",
    ["dev", "--offline", ...pagePort, ...(port === "configured" ? [] : ["--port", String(port)])],
    { directory: copy.directory, environment: { ...copy.environment, ...options.environment } },
  );
  const stop = async () => {
    await program.stop();
    await copy.remove();
  };
  try {
    const [, url = "", printedPort] = await program.waitForOutput(ready, { timeoutMs: 90_000 });
    for (const name of await functionNames(copy.directory)) {
      await program.waitForOutput(new RegExp(`Loaded function ${name}\\b`), { timeoutMs: 30_000 });
    }
    return { ...program, url, port: Number(printedPort), directory: copy.directory, stop };
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
