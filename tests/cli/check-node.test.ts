import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

test.each(["start", "hook", "hookdeck"])(
  "npm run %s with a Node that does not run TypeScript, as after an install without scripts on Node 20, is one sentence",
  async (name) => {
    const { scripts } = JSON.parse(await readFile("package.json", "utf8"));
    const folder = await mkdtemp(join(tmpdir(), "old-node-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const oldNode = join(folder, "node");
    await writeFile(oldNode, `#!/bin/sh\nexec "${process.execPath}" --no-strip-types "$@"\n`);
    await chmod(oldNode, 0o755);
    const PATH = `${folder}:${process.env.PATH}`;
    const ended = promisify(execFile)("sh", ["-c", `${scripts[name]} --help`], { env: { PATH } });
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Node \S+ does not run TypeScript, .* npm ci --ignore-scripts=false\n$/),
    });
  },
);
