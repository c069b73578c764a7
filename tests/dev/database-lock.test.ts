import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { NetlifyDB } from "@netlify/database-dev";
import { expect, onTestFinished, test } from "vitest";
import { isDatabaseLocked, lockDatabase, removeStaleMark } from "../../netlify/dev/database-lock.ts";
import { emptyFolder } from "../support/folders.ts";

test("a locked database is opened by nobody else, and loses nothing; after a kill it opens again", async () => {
  const folder = await emptyFolder();
  const directory = join(folder, ".netlify/db");
  const first = new NetlifyDB({ directory });
  await first.start();
  const holder = await startHolder(folder);

  await first.exec("create table kept (x int); insert into kept values (1)");
  await expect(new NetlifyDB({ directory }).start()).rejects.toThrow();
  await first.exec("insert into kept values (2)");
  expect(isDatabaseLocked(folder)).toBe(true);
  expect(removeStaleMark(folder)).toBe(false);
  expect(() => lockDatabase(process.pid, folder)).toThrow("Another netlify dev");
  await first.stop();

  holder.kill("SIGKILL");
  await once(holder, "exit");
  expect(isDatabaseLocked(folder)).toBe(false);
  expect(removeStaleMark(folder)).toBe(true);
  const second = new NetlifyDB({ directory });
  await second.start();
  expect(await second.query("select count(*)::int as count from kept")).toMatchObject({
    rows: [{ count: 2 }],
  });
  expect(removeStaleMark(folder)).toBe(false);
  await second.stop();
}, 90_000);

test("who unlocks it leaves nothing", async () => {
  const folder = await emptyFolder();
  const database = new NetlifyDB({ directory: join(folder, ".netlify/db") });
  await database.start();
  const unlock = lockDatabase(process.pid, folder);
  await database.stop();
  unlock();
  expect(isDatabaseLocked(folder)).toBe(false);
  expect(removeStaleMark(folder)).toBe(false);
}, 90_000);

/** A process that has locked the database, as the plugin of `netlify dev` does. */
async function startHolder(folder: string) {
  const module = pathToFileURL(resolve("netlify/dev/database-lock.ts")).href;
  const script = `const { lockDatabase } = await import(${JSON.stringify(module)});
    lockDatabase(process.pid, process.argv[1]);
    setInterval(() => {}, 1000);
    process.send("locked");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, "--", folder], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  return child;
}
