import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import {
  claimInstance,
  findInstance,
  noteSite,
  releaseInstance,
} from "../../netlify/dev/running-instance.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "running-instance-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A process that runs until the test ends. */
function startProcess() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  onTestFinished(() => void child.kill("SIGKILL"));
  if (child.pid === undefined) throw new Error("no process was started");
  return { child, pid: child.pid };
}

test("who claims a folder is found there, with its address once that is known", async () => {
  const folder = await emptyFolder();
  expect(claimInstance({ pid: process.pid, command: "npm start" }, folder)).toBeUndefined();
  expect(findInstance(folder)).toMatchObject({ pid: process.pid, command: "npm start", site: null });
  noteSite("http://localhost:4000", process.pid, folder);
  expect(findInstance(folder)?.site).toBe("http://localhost:4000");
  expect(await readdir(join(folder, ".netlify"))).toEqual(["running.json"]);
});

test("a second claim is told who was first, and changes nothing", async () => {
  const folder = await emptyFolder();
  const { pid } = startProcess();
  claimInstance({ pid, command: "netlify dev" }, folder);
  expect(claimInstance({ pid: process.pid, command: "npm start" }, folder)).toMatchObject({
    pid,
    command: "netlify dev",
  });
  noteSite("http://localhost:4000", process.pid, folder);
  releaseInstance(process.pid, folder);
  expect(findInstance(folder)).toMatchObject({ pid, site: null });
});

test("what a killed process left behind does not count", async () => {
  const folder = await emptyFolder();
  const { child, pid } = startProcess();
  claimInstance({ pid, command: "npm start" }, folder);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(findInstance(folder)).toBeUndefined();
  expect(claimInstance({ pid: process.pid, command: "npm start" }, folder)).toBeUndefined();
  expect(findInstance(folder)?.pid).toBe(process.pid);
});

test("of several that start at once where one was killed, one claims the folder", async () => {
  const folders = await Promise.all(Array.from({ length: 20 }, emptyFolder));
  const stale = JSON.stringify({ pid: 2 ** 22, began: "0", command: "npm start", site: null });
  for (const folder of folders) {
    await mkdir(join(folder, ".netlify"));
    await writeFile(join(folder, ".netlify/running.json"), stale);
  }
  const module = pathToFileURL(resolve("netlify/dev/running-instance.ts")).href;
  const script = `
    const { existsSync } = await import("node:fs");
    const { claimInstance } = await import(${JSON.stringify(module)});
    process.send("ready");
    for (const folder of process.argv.slice(1)) {
      while (!existsSync(folder + "/go"));
      const other = claimInstance({ pid: process.pid, command: "npm start" }, folder);
      process.send(other === undefined ? folder : null);
    }`;
  const starters = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, "--", ...folders], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  });
  const answers = () => Promise.all(starters.map(async (child) => (await once(child, "message"))[0]));
  await answers();
  for (const folder of folders) {
    const claims = answers();
    await writeFile(join(folder, "go"), "");
    expect((await claims).filter((claimed) => claimed !== null)).toEqual([folder]);
    expect(await readdir(join(folder, ".netlify"))).toEqual(["running.json"]);
  }
});

test("a turn that a killed process left is taken from it", async () => {
  const folder = await emptyFolder();
  await mkdir(join(folder, ".netlify"));
  await writeFile(join(folder, ".netlify/running.json.turn"), JSON.stringify({ pid: 2 ** 22, began: "0" }));
  expect(claimInstance({ pid: process.pid, command: "npm start" }, folder)).toBeUndefined();
  expect(await readdir(join(folder, ".netlify"))).toEqual(["running.json"]);
});

test("a process that got the number of an ended one is not taken for it", async () => {
  const folder = await emptyFolder();
  claimInstance({ pid: process.pid, command: "npm start" }, folder);
  const file = join(folder, ".netlify/running.json");
  const noted: unknown = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...Object(noted), began: "long ago" }));
  expect(findInstance(folder)).toBeUndefined();
});

test.each(["", "{}", "null", '{"pid":"1"}'])("a file that holds `%s` names nobody", async (text) => {
  const folder = await emptyFolder();
  claimInstance({ pid: process.pid, command: "npm start" }, folder);
  await writeFile(join(folder, ".netlify/running.json"), text);
  expect(findInstance(folder)).toBeUndefined();
  expect(claimInstance({ pid: process.pid, command: "npm start" }, folder)).toBeUndefined();
});

test("who lets go is not found any more", async () => {
  const folder = await emptyFolder();
  claimInstance({ pid: process.pid, command: "npm start" }, folder);
  releaseInstance(process.pid, folder);
  expect(findInstance(folder)).toBeUndefined();
});
