/**
 * A day with `npm start`: what a newcomer types, the work on a handler, and what `netlify dev` cannot read. What was
 * acknowledged is handled after each of them.
 */

import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf, type CodeBlock, readPage, shapeOf } from "../support/pages.ts";
import { deliver } from "./support/deliver.ts";
import { freePort } from "./support/free-port.ts";
import { runNetlifyDev } from "./support/netlify-dev.ts";
import { type NpmStart, startNpm } from "./support/npm-start.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { waysOfSaving } from "./support/save-file.ts";
import { typeLine } from "./support/type-line.ts";

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
    const { exitCode, output } = await typeLine(copy, commandOfBanner("verify"));
    expect(output).toContain("VERIFIED");
    expect(output).not.toContain("NOT VERIFIED");
    expect(exitCode).toBe(0);
  });

  test("names a command that delivers a new user, and prints a summary of the event", async () => {
    const from = start.output().length;
    const { exitCode, output } = await typeLine(copy, commandOfBanner("preview"));
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
    expect((await typeLine(copy, commandOfBanner("verify"))).output).toContain("VERIFIED");
    expect(start.output().slice(from)).not.toContain("ended by itself");
  });

  test("names each handler at the start whose settings are missing", () => {
    expect(start.output()).toMatch(/! tell-hr fails until its settings are mended: HR_TOKEN is not set/);
  });
});

test("npm run hook doctor looks at the port that npm start runs on, and at its database", async () => {
  const { exitCode, output } = await typeLine(copy, "npm run -s hook -- doctor --json");
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

// They wait more than they compute, and none is in another's way.
describe.concurrent("beside each other", () => {
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

  test("a plain netlify dev beside it says who runs, and ends without touching the database", async ({
    onTestFinished,
  }) => {
    const second = await runNetlifyDev(copy);
    onTestFinished(() => second.stop());
    expect(await second.ended(240_000)).not.toBe(0);
    expect(second.output()).toMatch(
      new RegExp(`npm start runs in this folder already \\(process \\d+ at ${start.site}\\)`),
    );
    expect(second.output()).toContain("Failed to start Netlify Database");
    await deliver(start.site);
  });

  test("a second npm start says where the first one is, and starts nothing", async () => {
    const { exitCode, output } = await typeLine(copy, "npm start -- --port 4000");
    expect(output).toMatch(
      /^npm start runs in this folder already, at http:\/\/localhost:\d+ \(process \d+\)/m,
    );
    expect(exitCode).toBe(1);
  });

  test("npm run hook says where to look when nothing listens", async () => {
    const nowhere = `http://localhost:${await freePort()}/okta-webhooks-endpoint`;
    const { exitCode, output } = await typeLine(copy, `npm run hook -- verify --url ${nowhere}`);
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
  ])(
    "npm run hook stops at `%s`, of which npm kept the flag, and shows the line that works",
    async (typed, corrected) => {
      const { exitCode, output } = await typeLine(copy, typed);
      expect(output.split("\n").map((line) => line.trim())).toContain(corrected);
      expect(exitCode).not.toBe(0);
    },
  );
});

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
