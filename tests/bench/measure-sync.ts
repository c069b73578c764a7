/** Loading everybody whom a sync keeps in step: requests, rows a second, and whether memory grows with the org. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { startOrg } from "../okta/stand-in/start-org.ts";
import { createPeople } from "../support/people-table.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import { serviceApp, serviceAppSettings } from "../support/service-app.ts";
import type { Figure } from "./figure.ts";

/** Loads an org of so many users; each write to the owner's table takes so long beside the statement itself. */
export async function measureSync(users: number, applyMs: number): Promise<Figure[]> {
  const postgres = await startPostgresServer({ flushes: true });
  const org = await startOrg({ serviceApp: { ...serviceApp, scopes: ["okta.users.read"] } });
  const url = await postgres.createDatabase();
  await createPeople(url);
  for (let count = 0; count < users; count += 1) org.directory.create();
  const environment = serviceAppSettings(org);
  const names = ["OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY"];
  const settings = JSON.stringify(Object.fromEntries(names.map((name) => [name, environment(name)])));
  const script = new URL("../support/sync-process.ts", import.meta.url);
  const startedAt = performance.now();
  const child = fork(script, [url, settings, "load", String(applyMs)]);
  try {
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(residentMb(child.pid)), 250);
    for (let message = ""; message !== "compared"; ) [message] = await once(child, "message");
    clearInterval(sampling);
    const seconds = (performance.now() - startedAt) / 1000;
    const lists = org.requests.filter((request) => request === "GET /api/v1/users").length;
    const half = Math.floor(memory.length / 2);
    const [first, second] = [Math.max(...memory.slice(0, half)), Math.max(...memory.slice(half))];
    const what = `loading ${users.toLocaleString("en")} users, ${applyMs} ms for each beside its statement`;
    return [
      {
        what: `${what}: list requests / 200 users`,
        value: lists / (users / 200),
        atMost: 1.1,
        from: `${lists} requests`,
      },
      { what: `${what}: rows a second`, value: users / seconds, from: `${seconds.toFixed(1)} s` },
      {
        what: `${what}: memory in the second half / in the first`,
        value: second / first,
        atMost: 1.25,
        from: `${second.toFixed(0)} / ${first.toFixed(0)} MB`,
      },
    ];
  } finally {
    child.kill("SIGKILL");
    await org[Symbol.asyncDispose]();
    await postgres.destroy();
  }
}

/** What a process has in memory (Linux). */
function residentMb(pid: number | undefined): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}
