/** The database in `.netlify/db`: what was acknowledged outlives every way in which `netlify dev` ends, and the cures work. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { deliver } from "./support/deliver.ts";
import { freePort } from "./support/free-port.ts";
import { startNpm } from "./support/npm-start.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { type RunningProgram, runProgram } from "./support/running-program.ts";

/** Each starts `netlify dev` two or three times, which takes a busy machine most of a minute. */
vi.setConfig({ testTimeout: 240_000 });

let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject();
});
afterAll(() => copy?.remove());

test("npm start starts a netlify dev again that was killed, and has all that was acknowledged", async () => {
  const start = await startNpm(copy);
  onTestFinished(() => start.stop());
  const before = await acknowledged(start.site);
  const from = start.output().length;
  process.kill(await holderOfDatabase(), "SIGKILL");
  await start.waitForOutput(/netlify dev ended by itself/, { from });
  await start.waitForOutput(/served again at/, { from, timeoutMs: 90_000 });
  expect(await isStored(start.site, before)).toBe(true);
  expect(await isStored(start.site, await acknowledged(start.site))).toBe(true);
});

test("a plain netlify dev that was killed is started again, at the second try, with all that was acknowledged", async () => {
  const first = await startDev();
  expect(first.program.output()).toContain("npm start sweeps, netlify dev does not");
  const uuid = await acknowledged(first.site);
  await first.program.kill();

  const second = await runDev();
  expect(await second.program.ended(60_000)).not.toBe(0);
  expect(second.program.output()).toContain("The lock is gone now: start again.");

  const third = await startDev();
  expect(await isStored(third.site, uuid)).toBe(true);
  await third.program.terminate(30_000);
});

test("a database that does not open is said, with the fix, and the fix keeps the old one aside", async () => {
  const control = join(copy.directory, ".netlify/db/global/pg_control");
  await writeFile(control, Buffer.alloc(8192));
  const broken = npm("start", "--", "--offline", "--port", String(await freePort()));
  expect(await broken.ended(90_000)).toBe(1);
  expect(broken.output()).toContain("The database in .netlify/db does not open.");
  expect(broken.output()).toContain("npm start -- --reset");
  expect(await readFile(control)).toEqual(Buffer.alloc(8192));

  const unasked = npm("start", "--", "--reset");
  expect(await unasked.ended(30_000)).toBe(1);
  expect(unasked.output()).toContain("npm start -- --reset --yes");
  expect(await asideFolders()).toEqual([]);

  const start = await startNpm(copy, ["--reset", "--yes"]);
  onTestFinished(() => start.stop());
  expect(start.output()).toMatch(/The old database is kept in \.netlify\/db-\S+/);
  expect(await asideFolders()).toEqual([expect.stringMatching(/^db-\d{4}-\d\d-\d\dT/)]);
  expect(await isStored(start.site, await acknowledged(start.site))).toBe(true);
  const answer = await fetch(`${start.site}/api/events`);
  expect(await answer.json()).toMatchObject({ events: [{ eventType: "user.lifecycle.create" }] });
});

const asideFolders = async () =>
  (await readdir(join(copy.directory, ".netlify"))).filter((name) => name.startsWith("db-"));

/** The process of the `netlify dev` that has the database open. */
async function holderOfDatabase(): Promise<number> {
  const lock = await readFile(join(copy.directory, ".netlify/db/postmaster.pid"), "utf8");
  return Number(/"pid":(\d+)/.exec(lock)?.[1]);
}

function npm(...args: string[]): RunningProgram {
  const program = runProgram("npm", args, { directory: copy.directory, environment: copy.environment });
  onTestFinished(() => program.stop());
  return program;
}

async function runDev(): Promise<{ readonly program: RunningProgram; readonly site: string }> {
  const port = await freePort();
  const ports = ["--port", String(port), "--staticServerPort", String(await freePort())];
  const program = runProgram("netlify", ["dev", "--offline", ...ports], {
    directory: copy.directory,
    environment: copy.environment,
  });
  onTestFinished(() => program.stop());
  return { program, site: `http://localhost:${port}` };
}

async function startDev() {
  const dev = await runDev();
  await dev.program.waitForOutput(/Local dev server ready/, { timeoutMs: 90_000 });
  await dev.program.waitForOutput(/Loaded function okta-webhooks-endpoint\b/, { timeoutMs: 30_000 });
  return dev;
}

/** Delivers one new user, which must be acknowledged. @returns its uuid */
async function acknowledged(site: string): Promise<string> {
  const { status, uuid } = await deliver(site);
  expect(status).toBe(204);
  return uuid;
}

const isStored = async (site: string, uuid: string) =>
  (await fetch(`${site}/api/events/${uuid}`)).status === 200;
