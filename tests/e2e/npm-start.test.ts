/**
 * A day with `npm start`: what a newcomer types, the work on a handler, what `netlify dev` cannot read, and a handler of
 * one's own. What was acknowledged is there and handled after each of them.
 */

import { once } from "node:events";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { blocksOf, type CodeBlock, readPage, shapeOf } from "../support/pages.ts";
import { deliver, isStored } from "./support/deliver.ts";
import { freePort } from "./support/free-port.ts";
import { runNetlifyDev } from "./support/netlify-dev.ts";
import { type NpmStart, startNpm } from "./support/npm-start.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { runProgram } from "./support/running-program.ts";
import { waysOfSaving } from "./support/save-file.ts";

const root = resolve(import.meta.dirname, "../..");

let copy: ProjectCopy;
let start: NpmStart;
let url: string;
let handlerFile: string;
beforeAll(async () => {
  copy = await copyProject();
  handlerFile = join(copy.directory, "netlify/handlers/greet-new-user.ts");
  start = await startNpm(copy);
  url = `${start.site}/okta-webhooks-endpoint`;
});
afterAll(async () => {
  await start?.stop();
  await copy?.remove();
});

describe("npm start", () => {
  test("says where the endpoint is and what to type next", () => {
    expect(start.output()).toContain(`Okta event hooks are received at ${url}`);
    expect(start.output()).toContain("npm run hookdeck");
  });

  test("names a command that verifies the endpoint", async () => {
    const { exitCode, output } = await type(commandOfBanner("verify"));
    expect(output).toContain("VERIFIED");
    expect(output).not.toContain("NOT VERIFIED");
    expect(exitCode).toBe(0);
  });

  test("names a command that delivers a new user, and prints a summary of the event", async () => {
    const from = start.output().length;
    const { exitCode, output } = await type(commandOfBanner("preview"));
    expect(output).toMatch(/204 in \d+ ms/);
    expect(exitCode).toBe(0);
    await start.waitForOutput(/Create Okta user: Jane Doe \(00u\w+\) by .+ \(00u\w+\)/, { from });
    await start.waitForOutput(
      /"eventType": "user.lifecycle.create"[\s\S]+… \d+ more lines: npm run hook -- show /,
      { from },
    );
    await start.waitForOutput(/✓ greet-new-user/, { from });
    const [, preview, delivery] = blocksOf(readPage("README.md"));
    expect(linesOf(output)).toEqual(expect.arrayContaining(shapesOf(preview)));
    const seen = linesOf(start.output()).map(asInBlock);
    expect(seen).toEqual(expect.arrayContaining(shapesOf(delivery)));
  });

  test("refuses what netlify dev cannot read, and any web page can send; it goes on", async () => {
    const from = start.output().length;
    const json = "content-type: application/json\r\n";
    expect(await callRaw("GET /%E0%A4%A HTTP/1.1\r\nhost: localhost\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    expect(await callRaw("GET / HTTP/1.1\r\nhost: two words\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    const upgrade = "connection: upgrade\r\nupgrade: websocket\r\n";
    expect(await callRaw(`GET /%E0%A4%A HTTP/1.1\r\nhost: localhost\r\n${upgrade}\r\n`)).toBe("");
    const large = `POST / HTTP/1.1\r\nhost: localhost\r\n${json}content-length: 7000000\r\n\r\n`;
    await callRaw(large + "x".repeat(7_000_000));
    await start.waitForOutput(/✗ 413: A body may have 6 MB here\./, { from });
    await callRaw(`POST / HTTP/1.1\r\nhost: localhost\r\n${json}content-length: 9\r\n\r\ncut`, {
      endAfterMs: 500,
    });
    await start.waitForOutput(/✗ 400: The body broke off\./, { from });
    expect((await type(commandOfBanner("verify"))).output).toContain("VERIFIED");
    expect(start.output().slice(from)).not.toContain("ended by itself");
  });

  test("names each handler at the start whose settings are missing", () => {
    expect(start.output()).toMatch(/! tell-hr fails until its settings are mended: HR_TOKEN is not set/);
  });
});

test("a second npm start says where the first one is, and starts nothing", async () => {
  const { exitCode, output } = await type("npm start -- --port 4000");
  expect(output).toMatch(
    /^npm start runs in this folder already, at http:\/\/localhost:\d+ \(process \d+\)/m,
  );
  expect(exitCode).toBe(1);
});

describe("npm run hook", () => {
  test("doctor looks at the port that npm start runs on, and at its database", async () => {
    const { exitCode, output } = await type("npm run -s hook -- doctor --json");
    const { port, host } = new URL(url);
    const findings: unknown = JSON.parse(output.slice(output.indexOf("["), output.lastIndexOf("]") + 1));
    expect(findings).toEqual(
      expect.arrayContaining([
        { about: `port ${port}`, state: "fine", message: "in use", fix: null },
        { about: "endpoint", state: "fine", message: `${host} answers the challenge`, fix: null },
        {
          about: "database",
          state: "fine",
          message: expect.stringMatching(/^\d+ migrations, all applied; it writes and reads$/),
          fix: null,
        },
      ]),
    );
    // No secret is set, which is something to look at.
    expect(exitCode).toBe(1);
  });

  test("says where to look when nothing listens", async () => {
    const nowhere = `http://localhost:${await freePort()}/okta-webhooks-endpoint`;
    const { exitCode, output } = await type(`npm run hook -- verify --url ${nowhere}`);
    expect(output).toMatch(/NOT VERIFIED: .*cannot be reached/);
    expect(exitCode).toBe(1);
  });

  test.each([
    ["npm run hook preview --sample", "npm run hook -- preview --sample"],
    ["npm run hook preview --count=3", "npm run hook -- preview --count 3"],
    [
      "npm run hook verify --url http://localhost:9/okta-webhooks-endpoint",
      "npm run hook -- verify --url http://localhost:9/okta-webhooks-endpoint",
    ],
  ])("stops at `%s`, of which npm kept the flag, and shows the line that works", async (typed, corrected) => {
    const { exitCode, output } = await type(typed);
    expect(output.split("\n").map((line) => line.trim())).toContain(corrected);
    expect(exitCode).not.toBe(0);
  });
});

const handler = (says: string, on = "user.lifecycle.create") => `
import { defineHandler } from "../handler-kit/define-handler.ts";
export default defineHandler({
  name: "greet-new-user",
  on: ${JSON.stringify(on)},
  handle(event, { log }) {
    log.info(${JSON.stringify(says)}, { uuid: event.uuid });
  },
});
`;
const broken = handler("never said").replace("handle(event, { log }) {", "handle(event, { log }) ");

describe("while somebody works on a handler", () => {
  test("a save that does not parse is framed with file and line, and ends nothing though a page polls", async () => {
    const from = start.output().length;
    const polling = poll(6_000);
    await writeFile(handlerFile, broken);
    const [frame] = await start.waitForOutput(
      /┌── the code does not load: netlify\/handlers\/greet-new-user\.ts:\d+[\s\S]+?└─/,
      { from },
    );
    expect(frame).toContain("log.info(");
    expect(frame).toContain("SyntaxError");
    for (const status of await polling) expect([200, 503]).toContain(status);
    expect(start.output().slice(from)).not.toContain("ended by itself");
  });

  test("a delivery is kept meanwhile, and is handled when the next save loads, which one line says", async () => {
    const from = start.output().length;
    const uuid = await deliver(start.site);
    await writeFile(handlerFile, handler("mended"));
    await start.waitForOutput(/✓ the code loads again, .*greet-new-user\.ts\n/, { from });
    await start.waitForOutput(new RegExp(`mended.*${uuid}`), { from });
  });

  test.each(Object.entries(waysOfSaving))(
    "a file that is saved %s is run by the next call",
    async (way, save) => {
      const from = start.output().length;
      const says = `saved ${way}`;
      await save(handlerFile, handler(says));
      const uuid = await deliver(start.site);
      await start.waitForOutput(new RegExp(`${says}.*${uuid}`), { from });
    },
  );

  test("an event type that is none of Okta's is named with the nearest one", async () => {
    const from = start.output().length;
    await writeFile(handlerFile, handler("never said", "user.lifecycle.creat"));
    await start.waitForOutput(/! .*user\.lifecycle\.creat, .*is it user\.lifecycle\.create\?/, { from });
    await writeFile(handlerFile, handler("greeted"));
  });

  test("a handler that index.ts does not list is named, and so are two of one name", async () => {
    const from = start.output().length;
    await writeFile(join(copy.directory, "netlify/handlers/other.ts"), handler("other"));
    await start.waitForOutput(/! netlify\/handlers\/other\.ts is not listed/, { from });
    const index = join(copy.directory, "netlify/handlers/index.ts");
    const before = await readFile(index, "utf8");
    await writeFile(
      index,
      `import other from "./other.ts";\n${before.replace("listHandlers([", "listHandlers([other, ")}`,
    );
    await start.waitForOutput(
      /does not load: netlify\/handlers\/index\.ts[\s\S]+Two handlers are named greet-new-user/,
      { from },
    );
    await writeFile(index, before);
  });

  test("a file whose default export is no handler is told as that", async () => {
    const from = start.output().length;
    await writeFile(handlerFile, `export default { name: "greet-new-user" };\n`);
    await start.waitForOutput(
      /does not load: netlify\/handlers\/index\.ts[\s\S]+Number 1 of the handlers is none/,
      {
        from,
      },
    );
    await writeFile(handlerFile, handler("greeted"));
    await start.waitForOutput(/the code loads again/, { from });
  });

  test("a change of .env, which is read at the start only, is told", async () => {
    const from = start.output().length;
    expect(start.output()).not.toContain(".env was changed");
    await writeFile(join(copy.directory, ".env"), "HR_URL=https://hr.example.com\n");
    await start.waitForOutput(/! \.env was changed\. npm start reads it when it starts/, { from });
  });
});

test("a retry that is due later than its call lives is run all the same", async () => {
  const from = start.output().length;
  const failing = handler("at last")
    .replace("{ log }", "{ log, attempt }")
    .replace("log.info", 'if (attempt < 3) throw new Error("not yet");\n    log.info');
  await writeFile(handlerFile, failing);
  const uuid = await deliver(start.site);
  // The second try is due after 5 to 10 s, the third 10 to 20 s later.
  await start.waitForOutput(new RegExp(`at last.*${uuid}`), { from, timeoutMs: 60_000 });
}, 90_000);

test("a plain netlify dev beside it says who runs, and ends without touching the database", async () => {
  const second = await runNetlifyDev(copy);
  onTestFinished(() => second.stop());
  expect(await second.ended(240_000)).not.toBe(0);
  expect(second.output()).toMatch(
    new RegExp(`npm start runs in this folder already \\(process \\d+ at ${start.site}\\)`),
  );
  expect(second.output()).toContain("Failed to start Netlify Database");
  await deliver(start.site);
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
    expect(await typed("npm run hook -- --help")).toMatch(/new +write a new handler/);
    const told = await typed("npm run hook -- new handler offboard-user --on user.lifecycle.deactivate");
    expect(told).toContain("npx vitest run tests/handlers/offboard-user.test.ts");
    const handlerTest = "npx vitest run --project unit tests/handlers/offboard-user.test.ts";
    expect(await typed(handlerTest)).toMatch(/1 passed/);

    // The README's handler and its test take their place.
    const readmes = await readFile(join(root, "tests/support/offboard-user.ts"), "utf8");
    const example = await readFile(join(root, "tests/handler-kit/readme-example.test.ts"), "utf8");
    await write("netlify/handlers/offboard-user.ts", readmes);
    await write(
      "tests/handlers/offboard-user.test.ts",
      example.replace("../support/offboard-user.ts", "../../netlify/handlers/offboard-user.ts"),
    );
    expect(await typed(handlerTest)).toMatch(/2 passed/);

    // `handlers` says what is missing, and .env gets it.
    await write(".env", "");
    expect(await typed("npm run hook -- handlers")).toContain("HR_URL is not set");
    const { port } = hr.address() as AddressInfo;
    await write(".env", `HR_URL=http://127.0.0.1:${port}\nHR_TOKEN=a-token-of-sixteen-or-more\n`);
  });

  test("npm start starts again, with all that was acknowledged", async () => {
    start = await startNpm(copy);
    url = `${start.site}/okta-webhooks-endpoint`;
    expect(await isStored(start.site, uuid)).toBe(true);
  });

  test("the handler has its settings, and runs for a sample and for an event like production's", async () => {
    // A busy machine may take longer than Okta's 3 s to load the endpoint for the first time.
    await (await fetch(url)).text();
    expect(await typed("npm run hook -- handlers")).toMatch(/set {2}HR_URL\n.*set {2}HR_TOKEN/);
    expect(await typed("npm run hook -- preview user.lifecycle.deactivate")).toContain(
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
    expect(await typed("npm run hook -- preview --file event.json")).toContain("done offboard-user, 1 try");
    expect(calls).toHaveLength(2);
    expect(calls[1]).toMatchObject({
      headers: { "idempotency-key": event.uuid, authorization: "Bearer a-token-of-sixteen-or-more" },
      body: '{"oktaId":"00uleaver"}',
    });
    expect(await typed("npm run hook -- events --type user.lifecycle.deactivate")).toContain(
      `  done  ${event.uuid}`,
    );
    expect(start.output()).not.toContain("a-token-of-sixteen");
  });
});

test("a database that does not open is said, with the fix, and the fix keeps the old one aside", async () => {
  await start.stop();
  const control = join(copy.directory, ".netlify/db/global/pg_control");
  await writeFile(control, Buffer.alloc(8192));
  const broken = await type(`npm start -- --offline --port ${await freePort()}`);
  expect(broken.exitCode).toBe(1);
  expect(broken.output).toContain("The database in .netlify/db does not open.");
  expect(broken.output).toContain("npm start -- --reset");
  expect(await readFile(control)).toEqual(Buffer.alloc(8192));

  const unasked = await type("npm start -- --reset");
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

/** What an open page does. @returns the statuses; 0: no answer */
async function poll(forMs: number): Promise<number[]> {
  const statuses: number[] = [];
  for (const end = Date.now() + forMs; Date.now() < end; ) {
    const response = await fetch(`${start.site}/api/changes`).catch(() => undefined);
    await response?.arrayBuffer();
    statuses.push(response?.status ?? 0);
  }
  return statuses;
}

const shapesOf = (block: CodeBlock | undefined) => (block?.lines ?? []).map(shapeOf);
const linesOf = (output: string) => stripVTControlCharacters(output).split(/\r?\n/).map(shapeOf);

/** On a busy machine a handler ends after its delivery's block was shown: then its lines stand alone, with the time. */
const asInBlock = (line: string) =>
  line.replace(/^TIME {3}greet/, "      greet").replace(/^TIME ✓ (\S+) handled UUID/, "    ✓ $1");

/** Sends these bytes. @returns what came back until the server, or after `endAfterMs` we, hung up */
async function callRaw(bytes: string, { endAfterMs }: { endAfterMs?: number } = {}): Promise<string> {
  const socket = connect(Number(new URL(start.site).port), "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    answer += chunk;
  });
  // A server that hangs up on a body that is too large resets the connection.
  socket.on("error", () => undefined);
  socket.write(bytes);
  if (endAfterMs !== undefined) setTimeout(() => socket.destroy(), endAfterMs);
  await once(socket, "close");
  return answer;
}

/** The command that the banner names, word for word, e.g. `npm run hook -- verify --url http://…`. */
function commandOfBanner(name: string): string {
  const line = new RegExp(`npm run hook -- ${name}(?: \\S+)*`).exec(start.output())?.[0];
  if (line === undefined) throw new Error(`the banner names no ${name}:\n${start.output()}`);
  return line;
}

/** Types a line in a second terminal, and waits for its end. */
async function type(line: string): Promise<{ exitCode: number | null; output: string }> {
  const [command = "", ...args] = line.split(" ");
  const { directory, environment } = copy;
  const program = runProgram(command, args, { directory, environment });
  try {
    const exitCode = await program.ended(120_000);
    return { exitCode, output: program.output() };
  } finally {
    await program.stop();
  }
}

/** Types a line, which must end well. @returns what it printed */
async function typed(line: string): Promise<string> {
  const { exitCode, output } = await type(line);
  expect(exitCode, output).toBe(0);
  return output;
}
