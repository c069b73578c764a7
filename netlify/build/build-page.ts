/**
 * Builds the inspector's page into the folder that the site publishes. Run by the site's build command, by every
 * `netlify dev` before it serves, and by the browser tests.
 */
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "../..");

/** Takes half a second, so it is not worth finding out whether anything changed. */
export async function buildPage(): Promise<void> {
  const outDir = join(root, ".build/site");
  await build({ configFile: join(root, "netlify/inspector/vite.config.ts"), build: { outDir } });
}

if (import.meta.main) await buildPage();
