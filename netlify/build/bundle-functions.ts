/**
 * Makes the bundles that are deployed: one file for each function in `netlify/functions/`, and what a function loads only
 * when it needs it in chunks beside them.
 *
 * Netlify by itself ships `node_modules` file by file, and bundles what should be loaded later into the start: its way
 * takes three times as long to the first answer, measured on the real thing.
 */
import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");
const source = join(root, "netlify/functions");
const target = join(root, ".build");

const names = (await readdir(source))
  .filter((name) => name.endsWith(".mts"))
  .map((name) => basename(name, ".mts"));
await rm(target, { recursive: true, force: true });
// One after the other, so that each carries only what it uses itself: of a library that functions share, all of them
// would load whatever any of them needs.
for (const name of names) {
  await build({
    entryPoints: [join(source, `${name}.mts`)],
    outdir: target,
    outExtension: { ".js": ".mjs" },
    chunkNames: `chunks/${name}/[name]-[hash]`,
    platform: "node",
    target: "node22",
    format: "esm",
    bundle: true,
    splitting: true,
    minify: true,
    // For the place of a failure: see `failure-place.ts`, which finds it by its name.
    sourcemap: "external",
    sourcesContent: false,
    legalComments: "none",
    // Packages written for CommonJS ask for `require` when they load a part of Node.
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
    // node-postgres takes it when it is there; it is not.
    external: ["pg-native"],
    logLevel: "warning",
  });
}
