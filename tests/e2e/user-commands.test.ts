import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf, type CodeBlock, readPage, shapeOf } from "../support/pages.ts";
import { freePort } from "./support/free-port.ts";
import { type NpmStart, startNpm } from "./support/npm-start.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { type RunningProgram, runProgram } from "./support/running-program.ts";

let copy: ProjectCopy;
let start: NpmStart;
let url: string;
beforeAll(async () => {
  copy = await copyProject();
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
    await start.waitForOutput(/"displayName": "Jane Doe"/, { from });
    await start.waitForOutput(/✓ greet-new-user/, { from });
    const [, preview, delivery] = blocksOf(readPage("README.md"));
    expect(linesOf(output)).toEqual(expect.arrayContaining(shapesOf(preview)));
    const seen = linesOf(start.output()).map(asInBlock);
    expect(seen).toEqual(expect.arrayContaining(shapesOf(delivery)));
  });

  test("starts again, saying why, after a body over 6 MB ended netlify dev", async () => {
    const from = start.output().length;
    // The call itself fails in one way or another: the server that should answer it ends.
    await Promise.allSettled([
      fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "x".repeat(7_000_000),
      }),
    ]);
    await start.waitForOutput(/netlify dev ended by itself: .*6 MB.*\s+Starting it again/, { from });
    await start.waitForOutput(/served again at/, { from, timeoutMs: 60_000 });
    expect((await type(commandOfBanner("verify"))).output).toContain("VERIFIED");
  }, 180_000);
});

test("npm start names every setting that cannot be used, and starts nothing", async () => {
  const wrong = { OKTA_HOOK_HEADER: "two words", LOG_PAYLOADS: "perhaps", RETENTION_DAYS: "-1" };
  const { exitCode, output } = await type("npm start", wrong);
  for (const name of Object.keys(wrong)) expect(output).toContain(name);
  for (const value of Object.values(wrong)) expect(output).not.toContain(value);
  expect(exitCode).toBe(1);
});

test.each([
  ["npm start -- --port abc", /whole number from 1 to 65535/, 2],
  ["npm start -- --prot 4000", /unknown option '--prot'[\s\S]+--help/, 2],
  ["npm start -- --help", /--reset +begin with an empty database/, 0],
  [
    "npm start -- --port 4000",
    /^npm start runs in this folder already, at http:\/\/localhost:\d+ \(process \d+\)/m,
    1,
  ],
])("`%s` starts nothing and says why", async (line, says, code) => {
  const { exitCode, output } = await type(line);
  expect(output).toMatch(says);
  expect(exitCode).toBe(code);
});

describe("npm run hook", () => {
  test("doctor looks at the port that npm start runs on, and at its database", async () => {
    const { exitCode, output } = await type("npm run -s hook -- doctor --json");
    const { port, host } = new URL(url);
    const findings: unknown = JSON.parse(output.slice(output.indexOf("["), output.lastIndexOf("]") + 1));
    expect(findings).toEqual(
      expect.arrayContaining([
        { about: `port ${port}`, state: "fine", message: "in use" },
        { about: "endpoint", state: "fine", message: `${host} answers the challenge` },
        { about: "database", state: "fine", message: expect.stringMatching(/^\d+ migrations, all applied$/) },
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

const shapesOf = (block: CodeBlock | undefined) => (block?.lines ?? []).map(shapeOf);
const linesOf = (output: string) => stripVTControlCharacters(output).split(/\r?\n/).map(shapeOf);

/** On a busy machine a handler ends after its delivery's block was shown: then its lines stand alone, with the time. */
const asInBlock = (line: string) =>
  line.replace(/^TIME {3}greet/, "      greet").replace(/^TIME ✓ (\S+) handled UUID/, "    ✓ $1");

/** The command that the banner names, word for word, e.g. `npm run hook -- verify --url http://…`. */
function commandOfBanner(name: string): string {
  const line = new RegExp(`npm run hook -- ${name}(?: \\S+)*`).exec(start.output())?.[0];
  if (line === undefined) throw new Error(`the banner names no ${name}:\n${start.output()}`);
  return line;
}

/** Types a line in a second terminal, and waits for its end. */
async function type(
  line: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | null; output: string }> {
  const [, ...args] = line.split(" ");
  const program = npm(args, settings);
  try {
    const exitCode = await program.ended(30_000);
    return { exitCode, output: program.output() };
  } finally {
    await program.stop();
  }
}

function npm(args: readonly string[], settings: Readonly<Record<string, string>> = {}): RunningProgram {
  return runProgram("npm", args, {
    directory: copy.directory,
    environment: { ...copy.environment, ...settings },
  });
}
