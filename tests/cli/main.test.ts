import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { claimInstance } from "../../netlify/dev/running-instance.ts";
import { emptyFolder, inFolder } from "../support/folders.ts";
import { listen } from "../support/listen.ts";
import { typeHook } from "../support/type-hook.ts";

/** Claims a folder as `npm start` does, until the test ends. */
function claim(folder: string) {
  const claimed = claimInstance("npm start", { directory: folder });
  if (!("claim" in claimed)) throw new Error("the folder is taken");
  onTestFinished(() => claimed.claim.release());
  return claimed.claim;
}

const { PATH, NODE_COMPILE_CACHE } = process.env;

/** Runs `hook <args>` as a program of its own, in an empty folder. */
async function runMain(
  args: readonly string[],
  prepare: (folder: string) => Promise<unknown>,
  { program = "netlify/cli/main.ts", environment = {} } = {},
) {
  const folder = await emptyFolder();
  await prepare(folder);
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve(program), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH, NODE_COMPILE_CACHE, HOME: folder, HOOKDECK_CLI_TELEMETRY_DISABLED: "1", ...environment },
  });
  return { status, stdout, stderr };
}

test("a .env that cannot be read is said in a sentence, without a stack trace", async () => {
  const seen = await runMain(["types", "user.lifecycle.create"], (folder) => mkdir(join(folder, ".env")));
  expect(seen.stderr).toMatch(/^\.env cannot be read: .+\n$/);
  expect(seen).toMatchObject({ status: 1, stdout: "" });
});

test("what a person has to set is said in a sentence, without a stack trace", async () => {
  const seen = await runMain(["okta", "status"], async () => {});
  expect(seen.stderr).toMatch(/^OKTA_ORG_URL is not set: .+\n$/);
  expect(seen).toMatchObject({ status: 1, stdout: "" });
});

test.each([
  [["--help"], 0],
  [["events", "--url", "nonsense"], 2],
  [["no-such-command"], 2],
])("%j ends with exit code %d", async (args, status) => {
  expect((await runMain(args, async () => {})).status).toBe(status);
});

test.each([
  [["--version"], 0] as const,
  [["events", "--limit", "many"], 2] as const,
  [["replay"], 2] as const,
])("%j ends with exit code %d", async (args, code) => {
  expect((await typeHook(args)).code).toBe(code);
});

test.each([["preview"], ["verify"], ["events"], ["doctor"]])(
  "`%s` waits for no other site while the one of this folder starts",
  async (command) => {
    const folder = await emptyFolder();
    claim(folder);
    const seen = await inFolder(folder, () => typeHook([command]));
    expect(seen.err).toMatch(/^npm start \(process \d+\) is starting in this folder: try again/);
    expect(seen).toMatchObject({ code: 1, out: "" });
  },
);

describe("npm start", () => {
  const start = { program: "netlify/cli/start/main.ts" };

  test("says in a sentence that .env cannot be read, as the other commands do", async () => {
    const seen = await runMain([], (folder) => mkdir(join(folder, ".env")), start);
    expect(seen.stderr).toMatch(/^\.env cannot be read: .+\n$/);
    expect(seen).toMatchObject({ status: 1, stdout: "" });
  });

  test("says in a sentence where it cannot note that it runs", async () => {
    const seen = await runMain([], (folder) => writeFile(join(folder, ".netlify"), "no folder"), start);
    expect(seen.stderr).toMatch(/^\S.*EEXIST.*\n$/);
    expect(seen).toMatchObject({ status: 1, stdout: "" });
  });

  test("names every setting that cannot be used, and starts nothing", async () => {
    const environment = { OKTA_HOOK_HEADER: "two words", LOG_PAYLOADS: "perhaps", RETENTION_DAYS: "-1" };
    const seen = await runMain([], async () => {}, { ...start, environment });
    for (const name of Object.keys(environment)) expect(seen.stderr).toContain(name);
    for (const value of Object.values(environment)) expect(seen.stderr).not.toContain(value);
    expect(seen).toMatchObject({ status: 1, stdout: "" });
  });

  test.each([
    [["4000"], 2, /npm start takes no/],
    [["--port", "0"], 2, /Give a whole number from 1 to 65535\./],
    [["--prot", "4000"], 2, /unknown option '--prot'[\s\S]+--help/],
    [["--reset"], 1, /Nobody is there to ask\./],
    [["--help"], 0, /--reset +begin with an empty database[\s\S]+npm start -- --reset/],
  ])("%j starts nothing and ends with exit code %d", async (args, status, sentence) => {
    const seen = await runMain(args, async () => {}, start);
    expect(seen.stdout + seen.stderr).toMatch(sentence);
    expect(seen.status).toBe(status);
  });
});

describe("npm run hookdeck", () => {
  const hookdeck = { program: "netlify/cli/hookdeck.ts" };

  test("leads to the port of what runs in this folder, else to 1337", async () => {
    const usual = await runMain(["--help"], async () => {}, hookdeck);
    expect(usual.stdout).toContain("hookdeck listen 1337 okta --path /okta-webhooks-endpoint\n");
    const other = await runMain(
      ["--help"],
      async (folder) => {
        claim(folder).noteSite("http://localhost:4000");
      },
      hookdeck,
    );
    expect(other.stdout).toContain("hookdeck listen 4000 okta --path /okta-webhooks-endpoint\n");
    expect([usual.status, other.status]).toEqual([0, 0]);
  });

  test("waits until the port is known", async () => {
    const seen = await runMain([], async (folder) => void claim(folder), hookdeck);
    expect(seen.stderr).toContain("is starting in this folder");
    expect(seen).toMatchObject({ status: 1, stdout: "" });
  });
});

describe("a closed pipe", () => {
  test("ends a command that follows what comes, and no other", async () => {
    const { url } = await listen(({ url: asked }, response) => {
      const events = asked.startsWith("/api/events?") ? [newEvent()] : [];
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ events, next: null }));
    });
    const main = resolve("netlify/cli/main.ts");
    const follow = `"${process.execPath}" "${main}" events --follow --url "${url}" | head -1`;
    const { status, stdout, stderr } = await runShell(follow);
    expect(status).toBe(0);
    expect(stdout).toContain("a summary");
    expect(stderr).toBe("Waiting for events. Ctrl+C ends it.\n");
    const types = await runShell(`"${process.execPath}" "${main}" types | head -1; echo "$PIPESTATUS"`);
    expect(types.stdout).toMatch(/\n0\n$/);
    expect(types.stderr).not.toContain("EPIPE");
  });
});

/** Each time another one, done. */
function newEvent() {
  const at = new Date().toISOString();
  return {
    uuid: randomUUID(),
    published: at,
    receivedAt: at,
    eventType: "user.lifecycle.create",
    deliveryId: "1",
    summary: "a summary",
    actor: null,
    target: null,
    outcome: null,
    severity: null,
    hasSchemaDeviations: false,
    payloadKept: true,
    handlers: { state: "done", nextTryAt: null, noRuns: null },
  };
}

/** Runs a line in a shell of its own, which must end by itself. */
async function runShell(line: string) {
  const child = spawn("bash", ["-c", line], {
    env: { PATH, NODE_COMPILE_CACHE },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { status, stdout, stderr };
}
