import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkCode } from "../../netlify/dev/code-report.ts";
import { copyProject } from "../e2e/support/project-copy.ts";

test("a mistake is found in whatever a call may load, also where it is loaded only when it is needed", async () => {
  const copy = await copyProject();
  onTestFinished(copy.remove);
  expect((await checkCode(copy.directory)).problems).toEqual([]);
  const files = [
    "netlify/api/server/send-sample.ts",
    "netlify/catch-up/catch-up.ts",
    "netlify/okta/sign-in.ts",
  ];
  for (const file of files) await appendFile(join(copy.directory, file), "\nconst = 1;\n");
  const { problems } = await checkCode(copy.directory);
  expect(problems.map(({ file }) => file).toSorted()).toEqual(files);
  for (const { file = "", line } of problems) {
    const lines = (await readFile(join(copy.directory, file), "utf8")).split("\n");
    expect(lines[(line ?? 0) - 1]).toBe("const = 1;");
  }
}, 60_000);
