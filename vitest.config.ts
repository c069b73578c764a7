import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { chromiumPath } from "./tests/browser/support/browser.ts";

// Not everybody has a browser here; CI must have one, and fails without.
const withoutBrowser = chromiumPath === undefined && process.env.CI !== "true";
if (withoutBrowser) {
  console.warn(
    "Browser tests are left out: no Chromium here (apt-get install chromium-headless-shell, or set CHROMIUM_PATH).",
  );
}

/** Our tests run with handlers of their own: netlify/handlers is the owner's, whose tests are in tests/handlers. */
const alias = [
  {
    find: /^.*\/handlers\/index\.ts$/,
    replacement: resolve(import.meta.dirname, "tests/support/site-handlers/index.ts"),
  },
];
/** What Node compiled, for workers and for the programs that tests start: of a command's time that is half. */
process.env.NODE_COMPILE_CACHE ??= resolve(import.meta.dirname, "node_modules/.cache/compiled");

const setupFiles = ["tests/support/unexpected-console.ts"];
const startPostgres = "tests/support/start-postgres-once.ts";

/** Test files that run at the same time: they wait for a database or a browser as often as they compute. */
const maxWorkers = Math.max(4, availableParallelism());

/** What `npm run test:stress` runs in its long version, and `npm test` in a small one. */
const stressed = ["catch-up/kills", "kills", "sleep", "stress"].map(
  (name) => `tests/postgres/${name}.test.ts`,
);
/** Needs a pooler, which the install does not bring. Where there is none, `npm test` runs the half that needs none. */
const pooled = "tests/e2e/own-postgres.test.ts";

/**
 * Four kinds of test. `postgres` has a real server, for what the embedded engine of `netlify dev` cannot show: races.
 * `browser` looks at the built page through Chromium. `e2e` starts real programs (`netlify dev`, the Hookdeck CLI), so it
 * comes after all others, two files at a time. Time limits are for a machine that does other things as well.
 */
export default defineConfig(({ mode }) => {
  const stress = mode === "stress";
  const postgres = {
    name: "postgres",
    alias,
    setupFiles,
    include: stress ? [...stressed, pooled] : ["tests/postgres/**/*.test.ts", "tests/functions/**/*.test.ts"],
    globalSetup: [startPostgres],
    // Those of the long versions are about time and load: one after the other.
    maxWorkers: stress ? 1 : maxWorkers,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  };
  const others = [
    {
      name: "unit",
      alias,
      setupFiles,
      include: ["tests/**/*.test.ts"],
      exclude: ["tests/e2e/**", "tests/postgres/**", "tests/functions/**", "tests/browser/**"],
      maxWorkers,
      isolate: false,
      restoreMocks: true,
      unstubEnvs: true,
      unstubGlobals: true,
      testTimeout: 60_000,
    },
    {
      name: "browser",
      alias,
      setupFiles,
      include: ["tests/browser/**/*.test.ts"],
      exclude: withoutBrowser ? ["**"] : [],
      globalSetup: [startPostgres, "tests/browser/support/build-once.ts"],
      maxWorkers,
      testTimeout: 120_000,
      // A page on a busy machine gets there, but not within the second that is usual.
      expect: { poll: { timeout: 20_000 } },
      hookTimeout: 120_000,
    },
    {
      name: "e2e",
      setupFiles,
      include: ["tests/e2e/**/*.test.ts"],
      globalSetup: [startPostgres],
      // Each has a `netlify dev`, which waits for as long as it computes.
      maxWorkers: 2,
      sequence: { groupOrder: 1 },
      testTimeout: 300_000,
      hookTimeout: 600_000,
    },
  ];
  return { test: { projects: [postgres, ...(stress ? [] : others)].map((test) => ({ test })) } };
});
