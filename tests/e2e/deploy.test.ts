/** What a deploy gets: every function at its address and small in its start, the page, and answers as in process. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Config } from "@netlify/functions";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { answersTable } from "../support/answers-table.ts";
import { expectAnswer, requestOf } from "../support/expect-answer.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { buildDeploy, type Deploy } from "./support/deploy.ts";
import { runProgram } from "./support/running-program.ts";

const root = join(import.meta.dirname, "../..");
const source = join(root, "netlify/functions");
const names = (await readdir(source))
  .filter((name) => name.endsWith(".mts"))
  .map((name) => name.slice(0, -".mts".length));

/** One of the handlers leaves a timer when it is loaded. */
const TIMER = "a timer that is left";

let postgres: Postgres;
let databaseUrl: string;
let deploy: Deploy;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  const handler = await readFile(join(root, "tests/support/site-handlers/greet-new-user.ts"), "utf8");
  const leavesTimer = `${handler}\nsetInterval(() => {}, 1_000, "${TIMER}");\n`;
  deploy = await buildDeploy({ "netlify/handlers/greet-new-user.ts": leavesTimer });
});
afterAll(async () => {
  await deploy?.remove();
  await postgres?.destroy();
});

test.each(names)("Netlify finds the address and schedule of %s in its package", async (name) => {
  const { config } = (await import(join(source, `${name}.mts`))) as { config: Config };
  const { functions: built } = await deploy.manifest();
  const found = built.find((one) => one.name === name);

  expect(found?.routes.map(({ pattern }) => pattern)).toEqual([config.path ?? []].flat());
  expect(found?.schedule).toBe(config.schedule);
  if (config.rateLimit !== undefined) expect(found?.trafficRules).toBeDefined();
});

describe("the endpoint's start", () => {
  test("carries neither the database's driver nor the queue: they are loaded when needed", async () => {
    const files = await deploy.files("okta-webhooks-endpoint");
    const started = startOf("okta-webhooks-endpoint.mjs", files);

    // Words that only the driver and only the queue contain.
    const everything = [...files].filter(([name]) => !name.startsWith("___netlify"));
    expect(everything.some(([, text]) => text.includes("SCRAM-SHA-256"))).toBe(true);
    expect(everything.some(([, text]) => text.includes("settle_runs"))).toBe(true);
    expect(started).not.toContain("SCRAM-SHA-256");
    expect(started).not.toContain("settle_runs");
  });

  test("is small enough to answer Okta's verification at once: no whole library came along", async () => {
    const started = startOf("okta-webhooks-endpoint.mjs", await deploy.files("okta-webhooks-endpoint"));

    expect(started.length).toBeGreaterThan(10_000);
    // 61 kB by itself. Of the core that zod and zod/mini share it carries what a handler's settings need as well: 40 kB more.
    expect(started.length).toBeLessThan(110_000);
  });
});

describe("the built page", () => {
  let files: Map<string, Buffer>;
  beforeAll(async () => {
    const toml = await readFile(join(root, "netlify.toml"), "utf8");
    const [, published = ""] = /^ +publish = "(.+)"$/m.exec(toml) ?? [];
    const folder = join(deploy.project.directory, published);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    files = new Map(
      await Promise.all(
        paths.map(
          async (path): Promise<[string, Buffer]> => [path.slice(folder.length + 1), await readFile(path)],
        ),
      ),
    );
  });

  test("weighs at most 150 kB compressed, all files together", () => {
    const bytes = [...files.values()].reduce((sum, file) => sum + gzipSync(file).byteLength, 0);
    expect(files.size).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(150_000);
  });

  test("has no script or style of its own in the page: the content security policy allows none", () => {
    const html = String(files.get("index.html"));
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/i);
  });

  test("names no other host to ask", () => {
    const addresses = [...files.values()].flatMap((file) => String(file).match(/https?:\/\/[\w.-]+/g) ?? []);
    // Names of XML namespaces, the link to Hookdeck's own page, and the address that the guide uses.
    const known = /^http:\/\/www\.w3\.org$|^http:\/\/localhost$/;
    expect(addresses.filter((address) => !known.test(address))).toEqual([]);
  });
});

/** The rows of a deploy, by the settings that it was deployed with. */
const settings = Map.groupBy(
  answersTable.filter(({ where, isAskedOutside }) => where === "deployed" && isAskedOutside),
  ({ environment }) => Object.keys(environment).join(" and ") || "no settings",
);

describe.each([...settings])("deployed with %s, the endpoint", (_, rows) => {
  let endpoint: Awaited<ReturnType<Deploy["run"]>>;
  beforeAll(async () => {
    endpoint = await deploy.run("okta-webhooks-endpoint", {
      ...rows[0]?.environment,
      NETLIFY_DB_URL: databaseUrl,
    });
  });
  afterAll(() => endpoint?.stop());

  test.each(rows)("answers $name", async (row) => {
    await expectAnswer(await fetch(requestOf(row, endpoint.url)), row);
  });
});

test("deployed without a database, the endpoint asks for a delivery again", async () => {
  const row = answersTable.find(({ name }) => name === "204 to a delivery with the secret");
  if (row === undefined) throw new Error("The row has another name.");
  const endpoint = await deploy.run("okta-webhooks-endpoint", row.environment);
  onTestFinished(() => endpoint.stop());
  const response = await fetch(requestOf(row, endpoint.url));
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
});

describe("a build with", () => {
  const define = (definition: string) =>
    `import { defineHandler } from "../handler-kit/define-handler.ts";
     export default defineHandler({ handle() {}, ${definition} });`;

  test("a handler that leaves a timer goes on", async () => {
    const files = await deploy.files("okta-webhooks-endpoint");
    expect([...files.values()].some((text) => text.includes(TIMER))).toBe(true);
  });

  /** Builds the site with this for its first handler, which is listed twice where `twice` says so. It stops at its first step. */
  async function build(handler: string, { twice = false } = {}) {
    const { directory, environment } = deploy.project;
    const handlers = join(directory, "netlify/handlers");
    await writeFile(join(handlers, "first.ts"), handler);
    await writeFile(
      join(handlers, "index.ts"),
      `import { listHandlers } from "../handler-kit/handler-list.ts";
       import first from "./first.ts";
       export const handlers = listHandlers([first${twice ? ", first" : ""}]);`,
    );
    const program = runProgram("npm", ["run", "--silent", "build"], { directory, environment });
    onTestFinished(() => program.stop());
    return { exitCode: await program.ended(60_000), output: program.output() };
  }

  test("two handlers of one name fails with that sentence alone", async () => {
    const { exitCode, output } = await build(define(`name: "first", on: "*"`), { twice: true });

    expect(exitCode).toBe(1);
    expect(output).toBe("Two handlers are named first. Rename one of them in netlify/handlers\n");
  });

  test("a handler that listens to nothing fails with that sentence alone", async () => {
    const { exitCode, output } = await build(define(`name: "first", on: "user.lifecycel.*"`));

    expect(exitCode).toBe(1);
    expect(output).toBe("Handler first: no event type that hooks may have matches user.lifecycel.*\n");
  });

  test("a handler that throws when it is loaded shows where", async () => {
    const { exitCode, output } = await build(
      `throw new Error("CHAT_URL is not set");\n${define(`name: "first", on: "*"`)}`,
    );

    expect(exitCode).toBe(1);
    expect(output).toContain("A handler reads its settings in `handle`");
    expect(output).toContain("CHAT_URL is not set");
    expect(output).toContain("first.ts");
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
