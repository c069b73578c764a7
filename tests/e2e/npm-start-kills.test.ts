/**
 * What `npm start` goes through: its `netlify dev` is killed, then all of it, then its database does not open; a newcomer's
 * handler comes in between. What was acknowledged is there after each of them.
 */
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliver, isStored } from "./support/deliver.ts";
import { freePort } from "./support/free-port.ts";
import { type NpmStart, startNpm } from "./support/npm-start.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { typeGoodLine, typeLine } from "./support/type-line.ts";

const root = resolve(import.meta.dirname, "../..");

let copy: ProjectCopy;
let start: NpmStart;
beforeAll(async () => {
  copy = await copyProject();
  start = await startNpm(copy);
});
afterAll(async () => {
  await start?.stop();
  await copy?.remove();
});

test("a netlify dev that is killed is started again, with all that was acknowledged", async () => {
  const before = await deliver(start.site);
  const from = start.output().length;
  process.kill(await holderOfDatabase(), "SIGKILL");
  await start.waitForOutput(/netlify dev ended by itself/, { from });
  await start.waitForOutput(/served again at/, { from, timeoutMs: 180_000 });
  expect(await isStored(start.site, before)).toBe(true);
  expect(await isStored(start.site, await deliver(start.site))).toBe(true);
});

describe("after a kill of all of it, of which nothing got to tidy up", () => {
  const calls: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[] = [];
  const hr = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    calls.push({ headers: request.headers, body });
    response.writeHead(204).end();
  });
  let uuid: string;
  beforeAll(async () => {
    await new Promise<void>((listening) => hr.listen(0, "127.0.0.1", listening));
    uuid = await deliver(start.site);
    await start.kill();
  });
  afterAll(() => {
    hr.closeAllConnections();
    hr.close();
  });

  test("a newcomer writes a handler that tells HR of leavers, its test, and its settings", async () => {
    // What the tests of a clone need of its tests folder.
    for (const needed of ["tests/browser/support", "tests/support/unexpected-console.ts"]) {
      await cp(join(root, needed), join(copy.directory, needed), { recursive: true });
    }
    // --help names the command; it writes handler and test, and both work as they are.
    expect(await typeGoodLine(copy, "npm run hook -- --help")).toMatch(/new +write a new handler/);
    const told = await typeGoodLine(
      copy,
      "npm run hook -- new handler offboard-user --on user.lifecycle.deactivate",
    );
    expect(told).toContain("npx vitest run tests/handlers/offboard-user.test.ts");
    const handlerTest = "npx vitest run --project unit tests/handlers/offboard-user.test.ts";
    expect(await typeGoodLine(copy, handlerTest)).toMatch(/1 passed/);

    // The README's handler and its test take their place.
    const readmes = await readFile(join(root, "tests/support/offboard-user.ts"), "utf8");
    const example = await readFile(join(root, "tests/handler-kit/readme-example.test.ts"), "utf8");
    await write("netlify/handlers/offboard-user.ts", readmes);
    await write(
      "tests/handlers/offboard-user.test.ts",
      example.replace("../support/offboard-user.ts", "../../netlify/handlers/offboard-user.ts"),
    );
    expect(await typeGoodLine(copy, handlerTest)).toMatch(/Tests {2}1 passed/);

    // `handlers` says what is missing, and .env gets it.
    await write(".env", "");
    expect(await typeGoodLine(copy, "npm run hook -- handlers")).toContain("HR_URL is not set");
    const { port } = hr.address() as AddressInfo;
    await write(".env", `HR_URL=http://127.0.0.1:${port}\nHR_TOKEN=a-token-of-sixteen-or-more\n`);
  });

  test("npm start starts again, with all that was acknowledged", async () => {
    start = await startNpm(copy);
    expect(await isStored(start.site, uuid)).toBe(true);
  });

  test("the handler has its settings, and runs for a sample and for an event like production's", async () => {
    // A busy machine may take longer than Okta's 3 s to load the endpoint for the first time.
    await (await fetch(`${start.site}/okta-webhooks-endpoint`)).text();
    expect(await typeGoodLine(copy, "npm run hook -- handlers")).toMatch(/set {2}HR_URL\n.*set {2}HR_TOKEN/);
    expect(await typeGoodLine(copy, "npm run hook -- preview user.lifecycle.deactivate")).toContain(
      "done offboard-user, 1 try",
    );
    const event = {
      uuid: "0b4c5d6e-1111-4222-8333-944455556666",
      published: new Date().toISOString(),
      eventType: "user.lifecycle.deactivate",
      actor: { id: "00uadmin", type: "User", displayName: "Ada Admin" },
      target: [{ id: "00uleaver", type: "User", displayName: "Lee Leaver" }],
      outcome: { result: "SUCCESS" },
    };
    await write("event.json", JSON.stringify(event));
    expect(await typeGoodLine(copy, "npm run hook -- preview --file event.json")).toContain(
      "done offboard-user, 1 try",
    );
    expect(calls).toHaveLength(2);
    expect(calls[1]).toMatchObject({
      headers: { "idempotency-key": event.uuid, authorization: "Bearer a-token-of-sixteen-or-more" },
      body: '{"oktaId":"00uleaver"}',
    });
    expect(await typeGoodLine(copy, "npm run hook -- events --type user.lifecycle.deactivate")).toContain(
      `  done  ${event.uuid}`,
    );
    expect(start.output()).not.toContain("a-token-of-sixteen");
  });
});

test("a database that does not open is said, with the fix, and the fix keeps the old one aside", async () => {
  await start.stop();
  const control = join(copy.directory, ".netlify/db/global/pg_control");
  await writeFile(control, Buffer.alloc(8192));
  const broken = await typeLine(copy, `npm start -- --offline --port ${await freePort()}`);
  expect(broken.exitCode).toBe(1);
  expect(broken.output).toContain("The database in .netlify/db does not open.");
  expect(broken.output).toContain("npm start -- --reset");
  expect(await readFile(control)).toEqual(Buffer.alloc(8192));

  const unasked = await typeLine(copy, "npm start -- --reset");
  expect(unasked.exitCode).toBe(1);
  expect(unasked.output).toContain("npm start -- --reset --yes");
  expect(await asideFolders()).toEqual([]);

  start = await startNpm(copy, ["--reset", "--yes"]);
  expect(start.output()).toMatch(/The old database is kept in \.netlify\/db-\S+/);
  expect(await asideFolders()).toEqual([expect.stringMatching(/^db-\d{4}-\d\d-\d\dT/)]);
  expect(await isStored(start.site, await deliver(start.site))).toBe(true);
  const answer = await fetch(`${start.site}/api/events`);
  expect(await answer.json()).toMatchObject({ events: [{ eventType: "user.lifecycle.create" }] });
}, 600_000);

const asideFolders = async () =>
  (await readdir(join(copy.directory, ".netlify"))).filter((name) => name.startsWith("db-"));

/** The process of the `netlify dev` that has the database open. */
async function holderOfDatabase(): Promise<number> {
  const lock = await readFile(join(copy.directory, ".netlify/db/postmaster.pid"), "utf8");
  return Number(/"pid":(\d+)/.exec(lock)?.[1]);
}

const write = (file: string, text: string) => writeFile(join(copy.directory, file), text);
