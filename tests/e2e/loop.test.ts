import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deliver } from "./support/deliver.ts";
import { freePort } from "./support/free-port.ts";
import { type NpmStart, startNpm } from "./support/npm-start.ts";
import { runProgram } from "./support/running-program.ts";
import { waysOfSaving } from "./support/save-file.ts";

let start: NpmStart;
let handlerFile: string;
beforeAll(async () => {
  start = await startNpm();
  handlerFile = join(start.copy.directory, "netlify/handlers/greet-new-user.ts");
});
afterAll(() => start?.stop());

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

test("at the start each handler is named whose settings are missing", () => {
  expect(start.output()).toMatch(/! tell-hr fails until its settings are mended: HR_TOKEN is not set/);
});

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
    const uuid = await acknowledged();
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
      const uuid = await acknowledged();
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
    await writeFile(join(start.copy.directory, "netlify/handlers/other.ts"), handler("other"));
    await start.waitForOutput(/! netlify\/handlers\/other\.ts is not listed/, { from });
    const index = join(start.copy.directory, "netlify/handlers/index.ts");
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
    await writeFile(join(start.copy.directory, ".env"), "HR_URL=https://hr.example.com\n");
    await start.waitForOutput(/! \.env was changed\. npm start reads it when it starts/, { from });
  });
});

test("a retry that is due later than its call lives is run all the same", async () => {
  const from = start.output().length;
  const failing = handler("at last")
    .replace("{ log }", "{ log, attempt }")
    .replace("log.info", 'if (attempt < 3) throw new Error("not yet");\n    log.info');
  await writeFile(handlerFile, failing);
  const uuid = await acknowledged();
  // The second try is due after 5 to 10 s, the third 10 to 20 s later.
  await start.waitForOutput(new RegExp(`at last.*${uuid}`), { from, timeoutMs: 60_000 });
}, 90_000);

describe("a second one beside it", () => {
  test("a plain netlify dev says who runs, and ends without touching the database", async () => {
    const port = ["--port", String(await freePort()), "--staticServerPort", String(await freePort())];
    const second = runProgram("netlify", ["dev", "--offline", ...port], {
      directory: start.copy.directory,
      environment: start.copy.environment,
    });
    try {
      expect(await second.ended(120_000)).not.toBe(0);
      expect(second.output()).toMatch(
        new RegExp(`npm start runs in this folder already \\(process \\d+ at ${start.site}\\)`),
      );
      expect(second.output()).toContain("Failed to start Netlify Database");
    } finally {
      await second.stop();
    }
    await acknowledged();
  }, 180_000);
});

test("after a kill it starts again with all that was acknowledged", async () => {
  const uuid = await acknowledged();
  // Nothing of it gets to tidy up.
  await start.kill();
  start = await startNpm(start.copy);
  const response = await fetch(`${start.site}/api/events/${uuid}`);
  expect(response.status).toBe(200);
}, 180_000);

/** Delivers one new user, which must be acknowledged. @returns its uuid */
async function acknowledged(): Promise<string> {
  const { status, uuid } = await deliver(start.site);
  expect(status).toBe(204);
  return uuid;
}

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
