/** The first step of the build, run as the build runs it, on a copy of the project with other handlers. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { copyProject, type ProjectCopy } from "../e2e/support/project-copy.ts";

// Each builds with a program of its own.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject();
});
afterAll(() => copy.remove());

/** Builds the site with this for its first handler, which is listed twice where `twice` says so. */
async function build(handler: string, { twice = false } = {}) {
  const handlers = join(copy.directory, "netlify/handlers");
  await writeFile(join(handlers, "first.ts"), handler);
  await writeFile(
    join(handlers, "index.ts"),
    `import { listHandlers } from "../handler-kit/handler-list.ts";
     import first from "./first.ts";
     export const handlers = listHandlers([first${twice ? ", first" : ""}]);`,
  );
  return await new Promise<{ exitCode: number; output: string }>((resolve) => {
    const options = { cwd: copy.directory, env: copy.environment };
    const program = execFile("npm", ["run", "--silent", "build"], options, (_, stdout, stderr) =>
      resolve({ exitCode: program.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

const define = (definition: string) =>
  `import { defineHandler } from "../handler-kit/define-handler.ts";
   export default defineHandler({ handle() {}, ${definition} });`;

test("a build with two handlers of one name fails with that sentence alone", async () => {
  const { exitCode, output } = await build(define(`name: "first", on: "*"`), { twice: true });

  expect(exitCode).toBe(1);
  expect(output).toBe("Two handlers are named first. Rename one of them in netlify/handlers\n");
});

test("a build with a handler that listens to nothing fails with that sentence alone", async () => {
  const { exitCode, output } = await build(define(`name: "first", on: "user.lifecycel.*"`));

  expect(exitCode).toBe(1);
  expect(output).toBe("Handler first: no event type that hooks may have matches user.lifecycel.*\n");
});

test("a build with a handler that throws when it is loaded shows where", async () => {
  const { exitCode, output } = await build(
    `throw new Error("CHAT_URL is not set");\n${define(`name: "first", on: "*"`)}`,
  );

  expect(exitCode).toBe(1);
  expect(output).toContain("A handler reads its settings in `handle`");
  expect(output).toContain("CHAT_URL is not set");
  expect(output).toContain("first.ts");
});

test("a build with a handler that leaves a timer goes on", async () => {
  const { exitCode } = await build(`setInterval(() => {}, 1_000);\n${define(`name: "first", on: "*"`)}`);

  expect(exitCode).toBe(0);
});
