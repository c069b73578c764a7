import { defineConfig } from "vitest/config";

/**
 * Three kinds of test. `e2e` starts real programs (`netlify dev`, the Hookdeck CLI), so its files take turns.
 * `postgres` starts a real server for each file, for what the embedded engine of `netlify dev` cannot show: races.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/e2e/**", "tests/postgres/**", "tests/functions/**"],
        },
      },
      {
        test: {
          name: "postgres",
          include: ["tests/postgres/**/*.test.ts", "tests/functions/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
