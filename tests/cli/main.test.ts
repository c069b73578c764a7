import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** Runs `hook <args>` as a program of its own, in an empty folder. */
async function runMain(args: readonly string[], prepare: (folder: string) => Promise<unknown>) {
  const folder = await mkdtemp(join(tmpdir(), "hook-main-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await prepare(folder);
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve("netlify/cli/main.ts"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  return { status, stdout, stderr };
}

test("a .env that cannot be read is said in a sentence, without a stack trace", async () => {
  const seen = await runMain(["types", "user.lifecycle.create"], (folder) => mkdir(join(folder, ".env")));
  expect(seen.stderr).toMatch(/^\.env cannot be read: .+\n$/);
  expect(seen).toMatchObject({ status: 1, stdout: "" });
});

test("what a person has to set is said in a sentence, without a stack trace", async () => {
  const seen = await runMain(["okta", "status"], async () => {});
  expect(seen.stderr).toMatch(/^OKTA_ORG_URL is not set: .+\n$/);
  expect(seen).toMatchObject({ status: 1, stdout: "" });
});

test.each([
  [["--version"], 0],
  [["--help"], 0],
  [["events", "--limit", "many"], 2],
  [["events", "--url", "nonsense"], 2],
  [["replay"], 2],
  [["no-such-command"], 2],
])("%j ends with exit code %d", async (args, status) => {
  expect((await runMain(args, async () => {})).status).toBe(status);
});
