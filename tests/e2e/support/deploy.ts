/** What a deploy gets: `netlify build` makes the site and packages the functions; each is run as AWS would run it. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import * as z from "zod";
import { copyProject, type ProjectCopy } from "./project-copy.ts";
import { type RunningProgram, runProgram } from "./running-program.ts";
import { unzip } from "./unzip.ts";

export interface Deploy {
  /** The project that was built. */
  readonly project: ProjectCopy;
  /** Starts a function, deployed with `environment`. Stop what it gives; `url` is where it answers, on any path. */
  run(
    name: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Pick<RunningProgram, "output" | "stop"> & { readonly url: string }>;
  /** What Netlify reads from the packages: each function's routes and schedule. */
  manifest(): Promise<Manifest>;
  /** The folder of an unpacked function. */
  directory(name: string): Promise<string>;
  /** The files that make up a function, by their path in the package. */
  files(name: string): Promise<Map<string, string>>;
  /** Removes all of it. */
  remove(): Promise<void>;
}

const manifest = z.object({
  functions: z.array(
    z.object({
      name: z.string(),
      schedule: z.string().optional(),
      routes: z.array(z.object({ pattern: z.string() })).default([]),
      trafficRules: z.unknown().optional(),
    }),
  ),
});

/** As much of `.netlify/functions/manifest.json` as tests look at. */
export type Manifest = z.infer<typeof manifest>;

/**
 * Builds a copy of the project, offline.
 * @param files what is added to the project or replaced in it: path and text
 * @throws with the build's output when it fails
 */
export async function buildDeploy(files: Readonly<Record<string, string>> = {}): Promise<Deploy> {
  const copy = await copyProject();
  try {
    for (const [path, text] of Object.entries(files)) await writeFile(join(copy.directory, path), text);
    await build(copy);
  } catch (error) {
    await copy.remove();
    throw error;
  }
  const unpacked = new Map<string, Promise<string>>();
  return {
    project: copy,
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
    async manifest() {
      const text = await readFile(join(copy.directory, ".netlify/functions/manifest.json"), "utf8");
      return manifest.parse(JSON.parse(text));
    },
    directory: (name) => unpacked.get(name) ?? unpack(name),
    async files(name) {
      const directory = await (unpacked.get(name) ?? unpack(name));
      const names = await readdir(directory, { recursive: true, withFileTypes: true });
      const files = names
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const file = join(entry.parentPath, entry.name);
          return [relative(directory, file), await readFile(file, "utf8")] as const;
        });
      return new Map(await Promise.all(files));
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
    const exitCode = await program.ended(600_000);
    if (exitCode !== 0) throw new Error(`netlify build ended with ${exitCode}:\n${program.output()}`);
  } finally {
    await program.stop();
  }
}
