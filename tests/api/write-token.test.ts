/** The key behind the token of local writes, on a real disk. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { isWriteToken, makeWriteToken } from "../../netlify/api/server/write-token.ts";

async function emptyDirectory(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "write-token-"));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, ".netlify");
}

it("many processes that begin at once agree on one token, and leave one file that only its owner reads", async () => {
  const directory = await emptyDirectory();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => makeWriteToken(directory)));

  expect(new Set(tokens).size).toBe(1);
  expect(await isWriteToken(tokens[0] ?? "", directory)).toBe(true);
  const files = await readdir(directory);
  expect(files).toHaveLength(1);
  const file = join(directory, files[0] ?? "");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(tokens[0]).not.toContain(await readFile(file, "utf8"));
});

it("another project's token does not do", async () => {
  const other = await makeWriteToken(await emptyDirectory());
  expect(await isWriteToken(other, await emptyDirectory())).toBe(false);
});

it("a key that somebody emptied is made anew: nobody signs with nothing", async () => {
  const directory = await emptyDirectory();
  const before = await makeWriteToken(directory);
  const [file = ""] = await readdir(directory);
  await writeFile(join(directory, file), "");

  const after = await makeWriteToken(directory);
  expect(after).not.toBe(before);
  expect(await isWriteToken(after, directory)).toBe(true);
  expect(await isWriteToken(before, directory)).toBe(false);
});
