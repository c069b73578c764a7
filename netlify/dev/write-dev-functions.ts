/**
 * Writes what `netlify dev` serves: for each function a few lines that load its source anew at each call. A call so always
 * runs what was saved last, whichever way the editor saves.
 *
 * Netlify's own way rebuilds a function when one of its files changes. It ends on code that does not parse, while a call
 * comes in, and does not see a file any more that was saved by renaming (netlify-cli 27).
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where they are written; `netlify.toml` names it for `netlify dev`. */
const TARGET = ".netlify/dev-functions";

/** Netlify reads paths and schedules from the file, without running it. */
const CONFIG = /^export const config: Config = (\{.*?\n?\});$/ms;

/** @param root the project's folder */
export async function writeDevFunctions(root: string): Promise<void> {
  const target = join(root, TARGET);
  await mkdir(target, { recursive: true });
  const sources = (await readdir(join(root, "netlify/functions"))).filter((file) => file.endsWith(".mts"));
  const names = sources.map((file) => basename(file, ".mts"));
  for (const file of await readdir(target)) {
    if (!names.includes(basename(file, ".mjs"))) await rm(join(target, file), { recursive: true });
  }
  for (const name of names) {
    const source = join(root, "netlify/functions", `${name}.mts`);
    const config = CONFIG.exec(await readFile(source, "utf8"))?.[1];
    await writeIfNew(join(target, `${name}.mjs`), devFunction(root, source, config));
  }
}

/** Node keeps what it compiled, types removed, for the next call: loading the sources takes a quarter of the time. */
function devFunction(root: string, source: string, config: string | undefined): string {
  const url = (path: string) => JSON.stringify(pathToFileURL(path).href);
  return `import { enableCompileCache } from "node:module";
enableCompileCache(${JSON.stringify(join(root, ".netlify/compile-cache"))});

export default async (request, context) => {
  let loaded;
  try {
    loaded = await import(${url(source)});
  } catch (error) {
    const { answerUnloadable } = await import(${url(join(import.meta.dirname, "answer-unloadable.ts"))});
    return answerUnloadable(request, context, error);
  }
  return loaded.default(request, context);
};
${config === undefined ? "" : `export const config = ${config};\n`}`;
}

/** `netlify dev` loads a function again whose file was written, even with what it held before. */
async function writeIfNew(file: string, text: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before !== text) await writeFile(file, text);
}
