/** A temporary copy of the project, as a clone would be: no `.env`, no `.netlify`, `node_modules` linked. */
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const { NODE_COMPILE_CACHE } = process.env;
const leftOut = /^(?:node_modules|\.git|\.netlify|\.build|tests|\.env(?!\.example$).*)$/;

export interface ProjectCopy {
  readonly directory: string;
  /** A home directory for the programs of this copy, so that they neither read nor leave anything in the real one. */
  readonly home: string;
  /** The environment for programs of this copy: the project's Node 24 and tools first on the path, no settings. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Copies the project. `dotEnv` becomes its `.env`. */
export async function copyProject({ dotEnv }: { dotEnv?: string | undefined } = {}): Promise<ProjectCopy> {
  const parent = await mkdtemp(join(await realpath(tmpdir()), "okta-event-hooks-"));
  const directory = join(parent, "project");
  const home = join(parent, "home");
  await cp(root, directory, {
    recursive: true,
    filter: (source) => !(resolve(source, "..") === root && leftOut.test(basename(source))),
  });
  // The handlers of our own tests, whatever the owner of the site has made of netlify/handlers.
  await rm(join(directory, "netlify/handlers"), { recursive: true });
  await cp(join(root, "tests/support/site-handlers"), join(directory, "netlify/handlers"), {
    recursive: true,
  });
  await symlink(await realpath(join(root, "node_modules")), join(directory, "node_modules"));
  await mkdir(home);
  if (dotEnv !== undefined) await writeFile(join(directory, ".env"), dotEnv, { mode: 0o600 });
  return {
    directory,
    home,
    environment: {
      PATH: `${join(directory, "node_modules/.bin")}:${process.env.PATH ?? ""}`,
      HOME: home,
      CI: "true",
      ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
    },
    remove: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }),
  };
}
