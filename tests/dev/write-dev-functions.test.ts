import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { writeDevFunctions } from "../../netlify/dev/write-dev-functions.ts";

const sources = (await readdir("netlify/functions")).filter((file) => file.endsWith(".mts"));

async function projectFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "dev-functions-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, "netlify/functions"), { recursive: true });
  return root;
}

test.each(sources)(
  "%s is served under netlify dev at the address that it has when deployed",
  async (file) => {
    const root = await projectFolder();
    await writeFile(join(root, "netlify/functions", file), await readFile(join("netlify/functions", file)));
    await writeDevFunctions(root);
    const written = join(root, ".netlify/dev-functions", `${basename(file, ".mts")}.mjs`);
    const { config } = await import(/* @vite-ignore */ pathToFileURL(written).href);
    const source = pathToFileURL(resolve("netlify/functions", file)).href;
    expect(config).toEqual((await import(/* @vite-ignore */ source)).config);
  },
);

test("a function that is gone is served no more", async () => {
  const root = await projectFolder();
  const source = join(root, "netlify/functions/old.mts");
  await writeFile(source, "export default () => new Response();\n");
  await writeDevFunctions(root);
  await rm(source);
  await writeDevFunctions(root);
  expect(await readdir(join(root, ".netlify/dev-functions"))).toEqual([]);
});
