import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NetlifyDB } from "@netlify/database-dev";
import { expect, onTestFinished, test } from "vitest";
import { findLock, lockDatabase, removeStaleLock, unlockDatabase } from "../../netlify/dev/database-lock.ts";

test("a locked database is opened by nobody else, and loses nothing; after a kill it opens again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "database-lock-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const directory = join(folder, ".netlify/db");
  const first = new NetlifyDB({ directory });
  await first.start();
  const holder = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  onTestFinished(() => void holder.kill("SIGKILL"));
  const pid = holder.pid ?? 0;

  lockDatabase(pid, folder);
  await first.exec("create table kept (x int); insert into kept values (1)");
  await expect(new NetlifyDB({ directory }).start()).rejects.toThrow();
  await first.exec("insert into kept values (2)");
  expect(findLock(folder)?.pid).toBe(pid);
  expect(removeStaleLock(folder)).toBe(false);
  unlockDatabase(process.pid, folder);
  expect(findLock(folder)?.pid).toBe(pid);
  await first.stop();

  holder.kill("SIGKILL");
  await once(holder, "exit");
  expect(findLock(folder)).toBeUndefined();
  expect(removeStaleLock(folder)).toBe(true);
  const second = new NetlifyDB({ directory });
  await second.start();
  expect(await second.query("select count(*)::int as count from kept")).toMatchObject({
    rows: [{ count: 2 }],
  });
  expect(removeStaleLock(folder)).toBe(false);
  await second.stop();
}, 30_000);
