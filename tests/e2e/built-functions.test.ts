/** What a deploy gets: every function at its address, and only what it needs in its start. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "@netlify/functions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PackagedFunctions, packageFunctions } from "./support/packaged-function.ts";

const source = join(import.meta.dirname, "../../netlify/functions");
const names = (await readdir(source))
  .filter((name) => name.endsWith(".mts"))
  .map((name) => name.slice(0, -".mts".length));

let functions: PackagedFunctions;
beforeAll(async () => {
  functions = await packageFunctions();
});
afterAll(() => functions?.remove());

test.each(names)("Netlify finds the address and schedule of %s in its package", async (name) => {
  const { config } = (await import(join(source, `${name}.mts`))) as { config: Config };
  const { functions: built } = await functions.manifest();
  const found = built.find((one) => one.name === name);

  expect(found?.routes.map(({ pattern }) => pattern)).toEqual([config.path ?? []].flat());
  expect(found?.schedule).toBe(config.schedule);
  if (config.rateLimit !== undefined) expect(found?.trafficRules).toBeDefined();
});

describe("the endpoint's start", () => {
  test("carries neither the database's driver nor the queue: they are loaded when needed", async () => {
    const files = await functions.files("okta-webhooks-endpoint");
    const started = startOf("okta-webhooks-endpoint.mjs", files);

    // Words that only the driver and only the queue contain.
    const everything = [...files].filter(([name]) => !name.startsWith("___netlify"));
    expect(everything.some(([, text]) => text.includes("SCRAM-SHA-256"))).toBe(true);
    expect(everything.some(([, text]) => text.includes("queue_runs"))).toBe(true);
    expect(started).not.toContain("SCRAM-SHA-256");
    expect(started).not.toContain("queue_runs");
  });

  test("is small enough to answer Okta's verification at once: no whole library came along", async () => {
    const started = startOf("okta-webhooks-endpoint.mjs", await functions.files("okta-webhooks-endpoint"));

    expect(started.length).toBeGreaterThan(10_000);
    // 61 kB by itself. Of the core that zod and zod/mini share it carries what a handler's settings need as well: 40 kB more.
    expect(started.length).toBeLessThan(110_000);
  });
});

/** The text of a file and of everything that it imports before it runs. */
function startOf(name: string, files: ReadonlyMap<string, string>, seen = new Set<string>()): string {
  if (seen.has(name)) return "";
  seen.add(name);
  const text = files.get(name) ?? "";
  const imported = [...text.matchAll(/(?:from|import)"(\.{1,2}\/[^"]+)"/g)].map(([, path = ""]) =>
    join(name, "..", path),
  );
  return text + imported.map((file) => startOf(file, files, seen)).join("");
}
