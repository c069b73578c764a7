/** The way of a newcomer to a handler of their own: what they read are the README and --help. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "./support/free-port.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { type RunningProgram, runProgram } from "./support/running-program.ts";

const root = resolve(import.meta.dirname, "../..");
const calls: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[] = [];
const hr = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  calls.push({ headers: request.headers, body });
  response.writeHead(204).end();
});
const programs: RunningProgram[] = [];
let copy: ProjectCopy;

beforeAll(async () => {
  copy = await copyProject();
  // What the tests of a clone need of its tests folder.
  for (const needed of ["tests/browser/support", "tests/support/unexpected-console.ts"]) {
    await cp(join(root, needed), join(copy.directory, needed), { recursive: true });
  }
  await new Promise<void>((listening) => hr.listen(0, "127.0.0.1", listening));
});
afterAll(async () => {
  for (const program of programs) await program.stop();
  hr.closeAllConnections();
  hr.close();
  await copy?.remove();
});

test("a handler that tells HR of leavers, its settings, its test, and an event like production's", async () => {
  // --help names the command; it writes handler and test, and both work as they are.
  expect(await type("npm run hook -- --help")).toMatch(/new +write a new handler/);
  const told = await type("npm run hook -- new handler offboard-user --on user.lifecycle.deactivate");
  expect(told).toContain("npx vitest run tests/handlers/offboard-user.test.ts");
  const handlerTest = "npx vitest run --project unit tests/handlers/offboard-user.test.ts";
  expect(await type(handlerTest)).toMatch(/1 passed/);

  // The README's handler and its test take their place.
  const handler = await readFile(join(root, "tests/support/offboard-user.ts"), "utf8");
  const example = await readFile(join(root, "tests/handler-kit/readme-example.test.ts"), "utf8");
  await write("netlify/handlers/offboard-user.ts", handler);
  await write(
    "tests/handlers/offboard-user.test.ts",
    example.replace("../support/offboard-user.ts", "../../netlify/handlers/offboard-user.ts"),
  );
  expect(await type(handlerTest)).toMatch(/2 passed/);

  // `handlers` says what is missing, and .env gets it.
  expect(await type("npm run hook -- handlers")).toContain("HR_URL is not set");
  const { port: hrPort } = hr.address() as AddressInfo;
  await write(".env", `HR_URL=http://127.0.0.1:${hrPort}\nHR_TOKEN=a-token-of-sixteen-or-more\n`);
  const port = await freePort();
  const start = run("npm", [
    "start",
    "--",
    "--offline",
    "--port",
    `${port}`,
    "--staticServerPort",
    `${await freePort()}`,
  ]);
  await start.waitForOutput(/Ctrl\+C stops it/, { timeoutMs: 90_000 });
  // A busy machine may take longer than Okta's 3 s to load the endpoint for the first time.
  await (await fetch(`http://localhost:${port}/okta-webhooks-endpoint`)).text();
  expect(await type("npm run hook -- handlers")).toMatch(/set {2}HR_URL\n.*set {2}HR_TOKEN/);

  // A sample, and an event as production would send it: each says at once what the handler made of it.
  expect(await type("npm run hook -- preview user.lifecycle.deactivate")).toContain(
    "done offboard-user, 1 try",
  );
  const uuid = "0b4c5d6e-1111-4222-8333-944455556666";
  const event = {
    uuid,
    published: new Date().toISOString(),
    eventType: "user.lifecycle.deactivate",
    actor: { id: "00uadmin", type: "User", displayName: "Ada Admin" },
    target: [{ id: "00uleaver", type: "User", displayName: "Lee Leaver" }],
    outcome: { result: "SUCCESS" },
  };
  await write("event.json", JSON.stringify(event));
  expect(await type("npm run hook -- preview --file event.json")).toContain("done offboard-user, 1 try");
  expect(calls).toHaveLength(2);
  expect(calls[1]).toMatchObject({
    headers: { "idempotency-key": uuid, authorization: "Bearer a-token-of-sixteen-or-more" },
    body: '{"oktaId":"00uleaver"}',
  });
  expect(await type(`npm run hook -- events --type user.lifecycle.deactivate`)).toContain(`  done  ${uuid}`);
  expect(start.output()).not.toContain("a-token-of-sixteen");
}, 240_000);

const write = (file: string, text: string) => writeFile(join(copy.directory, file), text);

function run(command: string, args: readonly string[]): RunningProgram {
  const program = runProgram(command, args, { directory: copy.directory, environment: copy.environment });
  programs.push(program);
  return program;
}

/** Types a line and gives what it printed; it must end well. */
async function type(line: string): Promise<string> {
  const [command = "", ...args] = line.split(" ");
  const program = run(command, args);
  const exitCode = await program.ended(60_000);
  expect(exitCode, program.output()).toBe(0);
  return program.output();
}
