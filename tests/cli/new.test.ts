import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { typeHook } from "../support/type-hook.ts";

const index = `/** The handlers of this site. A handler that is not listed here never runs. */

import { listHandlers } from "#handler-kit";
import greetNewUser from "./greet-new-user.ts";

export const handlers = listHandlers([greetNewUser]);
`;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hook-new-"));
  await mkdir(join(directory, "netlify/handlers"), { recursive: true });
  await writeFile(join(directory, "netlify/handlers/index.ts"), index);
  onTestFinished(() => rm(directory, { recursive: true }));
});

const type = (...words: string[]) => typeHook(["new", "handler", ...words], { directory });
const read = (file: string) => readFile(join(directory, file), "utf8");

describe("new handler", () => {
  test("writes the handler, its line in index.ts and its test, and says what to type next", async () => {
    const { lines, code } = await type("offboard-user", "--on", "user.lifecycle.deactivate");

    expect(code).toBe(0);
    expect(lines.slice(0, 3)).toEqual([
      "wrote netlify/handlers/offboard-user.ts",
      "wrote netlify/handlers/index.ts",
      "wrote tests/handlers/offboard-user.test.ts",
    ]);
    expect(lines.join("\n")).toContain("npm run hook -- preview user.lifecycle.deactivate");
    expect(await read("netlify/handlers/offboard-user.ts")).toContain('on: "user.lifecycle.deactivate",');
    expect(await read("tests/handlers/offboard-user.test.ts")).toContain(
      'makeEvent("user.lifecycle.deactivate")',
    );
    expect(await read("netlify/handlers/index.ts")).toBe(
      index
        .replace(
          'import greetNewUser from "./greet-new-user.ts";\n',
          'import greetNewUser from "./greet-new-user.ts";\nimport offboardUser from "./offboard-user.ts";\n',
        )
        .replace("[greetNewUser]", "[greetNewUser, offboardUser]"),
    );
  });

  test("keeps imports by name, and breaks a line that grows too long, as the formatter does", async () => {
    await type("a-first-one", "--on", "group.*");
    for (const letter of "bcdef") await type(`${letter}-handler-with-a-longer-name`, "--on", "user.*");

    const text = await read("netlify/handlers/index.ts");
    const imported = [...text.matchAll(/from "\.\/(.+)\.ts"/g)].map(([, name]) => name);
    expect(imported).toEqual(imported.toSorted());
    expect(imported).toHaveLength(7);
    expect(text).toContain("listHandlers([\n  greetNewUser,\n  aFirstOne,\n");
    expect(text).toContain("  fHandlerWithALongerName,\n]);");
  });

  test("--json names what was written", async () => {
    const { out } = await type("mine", "--on", "user.account.lock", "--json");
    expect(JSON.parse(out)).toEqual({
      files: ["netlify/handlers/mine.ts", "netlify/handlers/index.ts", "tests/handlers/mine.test.ts"],
    });
  });

  test("takes several event types", async () => {
    await type("watch", "--on", "user.account.lock", "--on", "group.*");
    expect(await read("netlify/handlers/watch.ts")).toContain('on: ["user.account.lock", "group.*"],');
  });

  test("writes over nothing", async () => {
    await writeFile(join(directory, "netlify/handlers/mine.ts"), "mine");
    const { lines, code } = await type("mine", "--on", "user.account.lock");
    expect(lines).toEqual(["netlify/handlers/mine.ts is there already. Choose another name."]);
    expect(code).toBe(1);
    expect(await read("netlify/handlers/mine.ts")).toBe("mine");
    expect(await read("netlify/handlers/index.ts")).toBe(index);
  });

  test("gives the import a name of its own where two handlers would have the same", async () => {
    await type("user", "--on", "user.*");
    await type("handle-user", "--on", "user.*");
    await type("list-handlers", "--on", "user.*");
    const text = await read("netlify/handlers/index.ts");
    expect(text).toContain('import handleUser2 from "./handle-user.ts";');
    expect(text).toContain("listHandlers([greetNewUser, handleUser, handleUser2, listHandlers2]);");
    expect(await read("tests/handlers/handle-user.test.ts")).toContain("runHandler(handleUser2, event)");
  });

  test("keeps the line endings of Windows", async () => {
    await writeFile(join(directory, "netlify/handlers/index.ts"), index.replaceAll("\n", "\r\n"));
    expect((await type("mine", "--on", "user.account.lock")).code).toBe(0);
    const text = await read("netlify/handlers/index.ts");
    expect(text).toContain('import handleMine from "./mine.ts";\r\n');
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  });

  test("leaves nothing behind where one of the files cannot be written", async () => {
    await mkdir(join(directory, "tests"));
    await writeFile(join(directory, "tests/handlers"), "a file where the folder should be");
    const { lines, code } = await type("mine", "--on", "user.account.lock");
    expect(lines.at(-1)).toMatch(/^Nothing was written: .*EEXIST/);
    expect(code).toBe(1);
    await expect(read("netlify/handlers/mine.ts")).rejects.toThrow("ENOENT");
    expect(await read("netlify/handlers/index.ts")).toBe(index);
  });

  test("says so where there is no index.ts, as outside of the project", async () => {
    await rm(join(directory, "netlify/handlers/index.ts"));
    const { lines, code } = await type("mine", "--on", "user.account.lock");
    expect(lines.at(-1)).toMatch(/^netlify\/handlers\/index\.ts cannot be read: ENOENT/);
    expect(code).toBe(1);
  });

  test("writes nothing where index.ts has another form", async () => {
    await writeFile(join(directory, "netlify/handlers/index.ts"), "export const handlers = [];\n");
    const { lines, code } = await type("mine", "--on", "user.account.lock");
    expect(lines.at(-1)).toContain("Nothing was written");
    expect(code).toBe(1);
    await expect(read("netlify/handlers/mine.ts")).rejects.toThrow("ENOENT");
  });

  test.each([
    [["offboard", "--on", "user.lifecycle.deactivat"], "The nearest are: user.lifecycle.deactivate"],
    [["offboard", "--on", "user.authentication.auth"], "to no event hook. The nearest are:"],
    [["offboard", "--on", "nothing.*"], "is no event type"],
    [["Offboard User", "--on", "user.account.lock"], "cannot name a handler"],
    [["offboard"], "required option '--on <event type>' not specified"],
  ])("refuses %j as wrong usage", async (words, sentence) => {
    const { lines, code } = await type(...words);
    expect(lines.join("\n")).toContain(sentence);
    expect(code).toBe(2);
  });
});
