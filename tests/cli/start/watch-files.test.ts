import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchFiles } from "../../../netlify/cli/start/watch-files.ts";

test("files that are written, replaced, made and removed are told; what is left out is not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "watch-files-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "deep/er"), { recursive: true });
  await mkdir(join(folder, "out"));
  for (const file of ["a", "b", "deep/er/c", "out/d"]) await writeFile(join(folder, file), "1");
  const told: string[] = [];
  onTestFinished(watchFiles(folder, (files) => told.push(...files), { without: ["out"], everyMs: 20 }));

  await writeFile(join(folder, "a"), "22");
  await rename(await writtenElsewhere("1"), join(folder, "deep/er/c"));
  await rm(join(folder, "b"));
  await writeFile(join(folder, "out/d"), "22");
  await writeFile(join(folder, "e"), "1");
  await expect.poll(() => [...new Set(told)].sort()).toEqual(["a", "b", "deep/er/c", "e"]);
});

/** A file of another folder, as an editor may write one. */
async function writtenElsewhere(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "written-elsewhere-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "c"), text);
  return join(folder, "c");
}
