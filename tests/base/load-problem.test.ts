import { execFileSync } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadProblem } from "../../netlify/base/load-problem.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(await realpath(tmpdir()), "load-problem-"));
});
afterAll(() => rm(root, { recursive: true }));

/** What Node throws for this file; vitest would load it in its own way. */
async function thrownBy(text: string): Promise<Error> {
  await writeFile(join(root, "package.json"), '{"type":"module"}');
  await writeFile(join(root, "greet.ts"), text);
  const script = `import(${JSON.stringify(join(root, "greet.ts"))}).catch((e) => console.log(JSON.stringify({ name: e.name, message: e.message, stack: e.stack })))`;
  const thrown = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
  return Object.assign(new Error(thrown.message), thrown);
}

test.each([
  ["a missing brace", "const a = {\n  b: 1,\n\nconst c = 2;\n", "SyntaxError: ", 4],
  [
    "a file that is not there",
    'const a = 1;\nimport b from "./nope.ts";\n',
    "Error: Cannot find module 'nope.ts'",
    2,
  ],
  [
    "a package that is not there",
    '\n\nimport b from "no-such-package";\n',
    "Error: Cannot find package 'no-such-package'",
    3,
  ],
  [
    "an export that is not there",
    'import fs from "node:fs";\nimport { nope } from "node:path";\n',
    "SyntaxError: ",
    2,
  ],
  ["syntax that Node does not run", "enum A {\n  B,\n}\n", "SyntaxError: TypeScript enum", 1],
  ["what a module throws", "\n\nthrow new TypeError('no');\n", "TypeError: no", 3],
])("%s is named with file and line", async (_name, text, message, line) => {
  const problem = loadProblem(await thrownBy(text), root);
  expect(problem).toMatchObject({ file: "greet.ts", line });
  expect(problem.message).toContain(message);
});

test("what is no error is told as it is", () => {
  expect(loadProblem("text", root)).toEqual({ message: "text", file: undefined, line: undefined });
});
