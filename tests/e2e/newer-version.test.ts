/** The way of an owner to a newer version: `git merge`, which leaves their handlers alone. */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blocksOf, type CodeBlock, readPage } from "../support/pages.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { runProgram } from "./support/running-program.ts";

let upstream: ProjectCopy;
beforeAll(async () => {
  upstream = await copyProject();
});
afterAll(() => upstream?.remove());

test("a newer version that changes every file of ours merges, and the owner's handlers are as they were", async () => {
  const theirs = upstream.directory;
  const owners = join(theirs, "../owners");
  await git(theirs, "init", "--quiet", "--initial-branch", "main");
  await git(theirs, "add", ".");
  await git(theirs, "commit", "--quiet", "--message", "the first version");
  await git(theirs, "clone", "--quiet", "--no-hardlinks", theirs, owners);
  await run(owners, "ln", "-s", join(theirs, "node_modules"), "node_modules");

  // The owner: a handler of their own, the sample handler changed, and settings.
  await run(
    owners,
    "npm",
    "run",
    "hook",
    "--",
    "new",
    "handler",
    "offboard-user",
    "--on",
    "user.lifecycle.deactivate",
  );
  await appendFile(join(owners, "netlify/handlers/greet-new-user.ts"), "// changed by the owner\n");
  await writeFile(join(owners, ".env"), "HR_URL=https://hr.example.com\n");
  const written = (await git(owners, "status", "--porcelain", "--untracked-files=all")).split("\n");
  for (const line of written) expect(line).toMatch(/^...(?:netlify|tests)\/handlers\/[\w-]+(?:\.test)?\.ts$/);
  await git(owners, "add", ".");
  await git(owners, "commit", "--quiet", "--message", "our handlers");

  // The newer version: each file that is not a handler is another one.
  const files = (await git(theirs, "ls-files")).split("\n");
  const ours = files.filter((file) => !/^(?:netlify|tests)\/handlers\/.*\.ts$/.test(file));
  expect(ours.length).toBeGreaterThan(300);
  for (const file of ours.filter((name) => /\.m?ts$/.test(name))) {
    const text = await readFile(join(theirs, file), "utf8");
    await writeFile(join(theirs, file), `// the newer version\n${text}\n// the newer version\n`);
  }
  await appendFile(join(theirs, "netlify/handlers/README.md"), "\nThe newer version.\n");
  await git(theirs, "commit", "--quiet", "--all", "--message", "the newer version");

  // As the page has it.
  const lines = mergingBlock()?.lines ?? [];
  expect(lines[0]).toMatch(/^git remote add upstream /);
  expect(lines[1]).toBe("git fetch upstream && git merge upstream/main");
  await git(owners, "remote", "add", "upstream", theirs);
  await git(owners, "fetch", "--quiet", "upstream");
  const before = await git(owners, "rev-parse", "HEAD");
  await git(owners, "merge", "--quiet", "--no-edit", "upstream/main");

  expect(await git(owners, "status", "--porcelain")).toBe("");
  expect(
    await git(owners, "diff", "--name-only", before, "--", "netlify/handlers/*.ts", "tests/handlers"),
  ).toBe("");
  expect(await readFile(join(owners, "netlify/base/addresses.ts"), "utf8")).toMatch(
    /^\/\/ the newer version\n/,
  );
  const listed = await run(owners, "npm", "run", "-s", "hook", "--", "handlers", "--json");
  const names = JSON.parse(listed.slice(listed.indexOf("["), listed.lastIndexOf("]") + 1)).map(
    ({ name }: { name: string }) => name,
  );
  expect(names).toContain("offboard-user");
}, 120_000);

const mergingBlock = (): CodeBlock | undefined =>
  blocksOf(readPage("netlify/handlers/README.md")).find(({ lines }) =>
    lines.some((line) => /git merge/.test(line)),
  );

const git = (directory: string, ...args: string[]) =>
  run(directory, "git", "-c", "user.name=Owner", "-c", "user.email=owner@example.com", ...args);

/** Runs a program to its end, which must be a good one. @returns what it printed */
async function run(directory: string, command: string, ...args: string[]): Promise<string> {
  const program = runProgram(command, args, { directory, environment: upstream.environment });
  try {
    expect(await program.ended(60_000), program.output()).toBe(0);
    return program.output().trimEnd();
  } finally {
    await program.stop();
  }
}
