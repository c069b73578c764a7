/** Nothing that a machine fetches to build or check this project can be exchanged behind its back. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

interface Locked {
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly link?: boolean;
}

test("every package of the lock file has the hash of its contents, those of other platforms too", () => {
  const lock: { packages: Record<string, Locked> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  const packages = Object.entries(lock.packages).filter(([path]) => path !== "");
  expect(packages.length).toBeGreaterThan(1000);
  // A bundled package comes with the one that holds it.
  const without = packages.filter(([, { integrity, inBundle, link }]) => !integrity && !inBundle && !link);
  expect(without.map(([path]) => path)).toEqual([]);
});

test("every GitHub Action is named by its commit, and none keeps the checkout's token", () => {
  const folder = join(root, ".github/workflows");
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const uses = [...text.matchAll(/uses: (.+)/g)].map(([, action]) => action);
  expect(uses.length).toBeGreaterThan(1);
  for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const checkouts = text.match(/uses: actions\/checkout@.*\n\s+with:\n\s+persist-credentials: false\n/g);
  expect(checkouts?.length).toBe(uses.filter((action) => action?.startsWith("actions/checkout@")).length);
});
