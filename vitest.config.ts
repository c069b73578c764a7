import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { chromiumPath } from "./tests/browser/support/browser.ts";

// Not everybody has a browser here; CI must have one, and fails without.
const withoutBrowser = chromiumPath === undefined && process.env.CI !== "true";
if (withoutBrowser) {
  console.warn(
    "Browser tests are left out: no Chromium here (apt-get install chromium, or set CHROMIUM_PATH).",
  );
}

/** Our tests run with handlers of their own: netlify/handlers is the owner's, whose tests are in tests/handlers. */
const alias = [
  {
    find: /^.*\/handlers\/index\.ts$/,
    replacement: resolve(import.meta.dirname, "tests/support/site-handlers/index.ts"),
  },
];

/** Test files that run at the same time: they wait for a database or a browser as often as they compute. */
const maxWorkers = Math.max(3, availableParallelism());

/**
 * Four kinds of test. `postgres` has a real server, for what the embedded engine of `netlify dev` cannot show: races.
 * `browser` looks at the built page through Chromium. `e2e` starts real programs (`netlify dev`, the Hookdeck CLI), so its files
 * take turns, after all others.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          alias,
          setupFiles: ["tests/support/unexpected-console.ts"],
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/e2e/**", "tests/postgres/**", "tests/functions/**", "tests/browser/**"],
          maxWorkers,
          // Loading Okta's SDK alone takes seconds on a busy machine.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "postgres",
          alias,
          setupFiles: ["tests/support/unexpected-console.ts"],
          include: ["tests/postgres/**/*.test.ts", "tests/functions/**/*.test.ts"],
          globalSetup: ["tests/support/start-postgres-once.ts"],
          maxWorkers,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          alias,
          setupFiles: ["tests/support/unexpected-console.ts"],
          include: ["tests/browser/**/*.test.ts"],
          exclude: withoutBrowser ? ["**"] : [],
          globalSetup: ["tests/support/start-postgres-once.ts", "tests/browser/support/build-once.ts"],
          maxWorkers,
          testTimeout: 60_000,
          // A page on a busy machine gets there, but not within the second that is usual.
          expect: { poll: { timeout: 20_000 } },
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          setupFiles: ["tests/support/unexpected-console.ts"],
          include: ["tests/e2e/**/*.test.ts"],
          exclude: withoutBrowser ? ["tests/e2e/inspector.test.ts"] : [],
          globalSetup: ["tests/support/start-postgres-once.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
