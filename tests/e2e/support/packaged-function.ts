/** The functions as a deploy gets them: `netlify build` packages them, and each is run as AWS would run it. */
import { join, resolve } from "node:path";
import { copyProject, type ProjectCopy } from "./project-copy.ts";
import { type RunningProgram, runProgram } from "./running-program.ts";
import { unzip } from "./unzip.ts";

export interface PackagedFunctions {
  /** Starts a function, deployed with `environment`. Stop what it gives; `url` is where it answers, on any path. */
  run(
    name: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Pick<RunningProgram, "output" | "stop"> & { readonly url: string }>;
  /** Removes the packages. */
  remove(): Promise<void>;
}

/**
 * Builds a copy of the project, offline.
 * @throws with the build's output when it fails.
 */
export async function packageFunctions(): Promise<PackagedFunctions> {
  const copy = await copyProject();
  try {
    await build(copy);
  } catch (error) {
    await copy.remove();
    throw error;
  }
  const unpacked = new Map<string, Promise<string>>();
  return {
    async run(name, environment) {
      const directory = await (unpacked.get(name) ?? unpack(name));
      const program = runProgram("node", [resolve(import.meta.dirname, "lambda-host.ts"), directory], {
        directory,
        environment: { ...copy.environment, ...environment },
      });
      try {
        const [, port] = await program.waitForOutput(/listening on (\d+)/);
        return { output: program.output, stop: program.stop, url: `http://127.0.0.1:${port}` };
      } catch (error) {
        await program.stop();
        throw error;
      }
    },
    remove: copy.remove,
  };

  function unpack(name: string): Promise<string> {
    const directory = join(copy.directory, "unpacked", name);
    const done = unzip(join(copy.directory, ".netlify/functions", `${name}.zip`), directory).then(
      () => directory,
    );
    unpacked.set(name, done);
    return done;
  }
}

async function build({ directory, environment }: ProjectCopy): Promise<void> {
  const program = runProgram("netlify", ["build", "--offline"], { directory, environment });
  try {
    const exitCode = await program.ended(180_000);
    if (exitCode !== 0) throw new Error(`netlify build ended with ${exitCode}:\n${program.output()}`);
  } finally {
    await program.stop();
  }
}
