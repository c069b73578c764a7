/**
 * Builds the inspector's page into the folder that the site publishes. Run by the site's build command, by every
 * `netlify dev` before it serves, and by the browser tests.
 */
import { join } from "node:path";
import { build } from "vite";

const page = join(import.meta.dirname, "../inspector");

/** Takes half a second, so it is not worth finding out whether anything changed. */
export async function buildPage(): Promise<void> {
  await build({ configFile: join(page, "vite.config.ts") });
}

if (import.meta.main) await buildPage();
