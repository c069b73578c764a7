/**
 * A program: loads the project's code as the functions do, and tells its parent what is wrong with it. A process of its own, so
 * that each check loads what was saved last. What it loads, the functions find compiled.
 */
import { readdir } from "node:fs/promises";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type LoadProblem, loadProblem } from "../base/load-problem.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { type CodeReport, NOT_IN_A_CALL } from "./code-report.ts";
import { readDotEnv } from "./dot-env.ts";

const root = process.cwd();
enableCompileCache(join(root, ".netlify/compile-cache"));

const problems = new Map<string, LoadProblem>();
const loaded = await load("netlify/handlers/index.ts");
// Whatever a call may load, at once or only when it needs it; `dev` holds this program.
const entries = await readdir(join(root, "netlify"), { withFileTypes: true });
for (const { name: folder } of entries.filter((entry) => entry.isDirectory())) {
  if (NOT_IN_A_CALL.includes(folder) || folder === "dev" || folder === "handlers") continue;
  const files = await readdir(join(root, "netlify", folder), { recursive: true });
  for (const file of files) if (/\.m?ts$/.test(file)) await load(join("netlify", folder, file));
}
await attempt("@netlify/database");
const remarks = await findRemarks();
const report: CodeReport = { problems: [...problems.values()], remarks };
process.send?.(report, () => process.exit(0));

async function load(file: string): Promise<unknown> {
  return attempt(pathToFileURL(join(root, file)).href);
}

/** One mistake keeps many files from loading: it is told once. */
async function attempt(specifier: string): Promise<unknown> {
  try {
    return await import(specifier);
  } catch (error) {
    const problem = loadProblem(error, root);
    problems.set(`${problem.file}:${problem.line} ${problem.message}`, problem);
    return undefined;
  }
}

/** What loads, and is not what was meant. */
async function findRemarks(): Promise<string[]> {
  if (loaded === undefined) return [];
  const { remarkOnHandlers } = await import("./remark-on-handlers.ts");
  const { handlers } = Object(loaded) as { readonly handlers: readonly Handler[] };
  const files = (await readdir(join(root, "netlify/handlers"))).filter((file) =>
    /(?<!\.d|index)\.ts$/.test(file),
  );
  const defined = new Map<string, unknown>();
  for (const file of files) {
    const module = await load(join("netlify/handlers", file));
    defined.set(file, Object(module).default);
  }
  const { checkHandlerSettings } = await import("../handler-kit/handler-settings.ts");
  const dotEnv = readDotEnv();
  const unusable = checkHandlerSettings(handlers, (name) => process.env[name] ?? dotEnv[name]);
  return [
    ...remarkOnHandlers(handlers, defined),
    ...unusable.map(
      ({ handler, problem }) =>
        `${handler} fails until its settings are mended: ${problem}. They go into .env.`,
    ),
  ];
}
