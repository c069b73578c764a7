import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { claimInstance, findInstance, hasOldSettings } from "../../netlify/dev/running-instance.ts";
import { emptyFolder } from "../support/folders.ts";

const module = pathToFileURL(resolve("netlify/dev/running-instance.ts")).href;

/** A process that runs this with `claimInstance` at hand, and lives until it is killed or the test ends. */
function startProcess(script: string, ...args: string[]) {
  const whole = `const { existsSync } = await import("node:fs");
    const { claimInstance } = await import(${JSON.stringify(module)});
    setInterval(() => {}, 1000);
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", whole, "--", ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Another process that has claimed the folder. */
async function startClaimant(folder: string) {
  const child = startProcess(
    `const { claim } = claimInstance("netlify dev", { directory: process.argv[1] });
     claim.noteSite("http://localhost:4000");
     process.send("claimed");`,
    folder,
  );
  await once(child, "message");
  return child;
}

function claim(folder: string) {
  const claimed = claimInstance("npm start", { directory: folder });
  if ("claim" in claimed) onTestFinished(() => claimed.claim.release());
  return claimed;
}

test("who claims a folder is found there, with its address once that is known", async () => {
  const folder = await emptyFolder();
  const claimed = claim(folder);
  if (!("claim" in claimed)) throw new Error("the folder is taken");
  expect(findInstance(folder)).toEqual({
    pid: process.pid,
    command: "npm start",
    site: null,
    settings: null,
  });
  claimed.claim.noteSite("http://localhost:4000");
  expect(findInstance(folder)?.site).toBe("http://localhost:4000");
  claimed.claim.release();
  expect(findInstance(folder)).toBeUndefined();
});

test("a second claim is told who was first, and changes nothing", async () => {
  const folder = await emptyFolder();
  const { pid } = await startClaimant(folder);
  const first = { pid, command: "netlify dev", site: "http://localhost:4000", settings: null };
  expect(claim(folder)).toEqual({ other: first });
  expect(findInstance(folder)).toEqual(first);
});

test("what a killed process left behind does not count", async () => {
  const folder = await emptyFolder();
  const child = await startClaimant(folder);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(findInstance(folder)).toBeUndefined();
  expect(claim(folder)).toHaveProperty("claim");
  expect(findInstance(folder)).toMatchObject({ pid: process.pid, site: null });
});

test("of several that start at once, one claims the folder", async () => {
  const folders = await Promise.all(Array.from({ length: 20 }, emptyFolder));
  const starters = Array.from({ length: 4 }, () =>
    startProcess(
      `process.send("ready");
       for (const folder of process.argv.slice(1)) {
         while (!existsSync(folder + "/go"));
         process.send("claim" in claimInstance("npm start", { directory: folder }) ? folder : null);
       }`,
      ...folders,
    ),
  );
  const answers = () => Promise.all(starters.map(async (child) => (await once(child, "message"))[0]));
  await answers();
  for (const folder of folders) {
    const claims = answers();
    await writeFile(join(folder, "go"), "");
    expect((await claims).filter((claimed) => claimed !== null)).toEqual([folder]);
    expect(await readdir(join(folder, ".netlify"))).toEqual(["running.json", "running.lock"]);
  }
}, 60_000);

test.each(["", "{}", "null", '{"pid":"1"}'])("a note that holds `%s` names nobody", async (text) => {
  const folder = await emptyFolder();
  await mkdir(join(folder, ".netlify"));
  await writeFile(join(folder, ".netlify/running.json"), text);
  expect(findInstance(folder)).toBeUndefined();
  claim(folder);
  await writeFile(join(folder, ".netlify/running.json"), text);
  expect(findInstance(folder)).toEqual({ command: "npm start", pid: null, site: null, settings: null });
});

test("who runs with an older .env is known", async () => {
  const folder = await emptyFolder();
  const file = join(folder, ".env");
  await writeFile(file, "A=1\n");
  expect(hasOldSettings(folder)).toBe(false);
  claim(folder);
  expect(hasOldSettings(folder)).toBe(false);
  await writeFile(file, "A=1\nB=2\n");
  expect(hasOldSettings(folder)).toBe(true);
  await rm(file);
  expect(hasOldSettings(folder)).toBe(true);
});
